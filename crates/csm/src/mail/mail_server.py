"""A real SMTP server for the tests: says its port, then writes each message it takes as one line of JSON.

Refuses the recipients nobody@example.org (for good) and busy@example.org (for now).
Ends with status 77 when Python has neither smtpd (up to 3.11) nor aiosmtpd.
"""
import json
import sys
import warnings

warnings.simplefilter("ignore")
REFUSED = {"nobody@example.org": "550 no such mailbox", "busy@example.org": "451 try again later"}


def tell(**what):
    print(json.dumps(what), flush=True)


def serve_with_smtpd():
    import asyncore
    import smtpd

    class Channel(smtpd.SMTPChannel):
        def smtp_RCPT(self, arg):
            for address, answer in REFUSED.items():
                if address in arg:
                    self.push(answer)
                    return
            super().smtp_RCPT(arg)

    class Server(smtpd.SMTPServer):
        channel_class = Channel

        def process_message(self, peer, mailfrom, rcpttos, data, **options):
            tell(sender=mailfrom, recipients=rcpttos, message=data.decode("utf-8"))

    server = Server(("127.0.0.1", 0), None)
    tell(port=server.socket.getsockname()[1])
    asyncore.loop()


def serve_with_aiosmtpd():
    import asyncio
    from aiosmtpd.smtp import SMTP

    class Handler:
        async def handle_RCPT(self, server, session, envelope, address, options):
            if address in REFUSED:
                return REFUSED[address]
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            message = envelope.content.decode("utf-8")
            tell(sender=envelope.mail_from, recipients=envelope.rcpt_tos, message=message)
            return "250 OK"

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Handler(), loop=loop), "127.0.0.1", 0)
        tell(port=server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


for serve in (serve_with_smtpd, serve_with_aiosmtpd):
    try:
        serve()
    except ImportError:
        continue
sys.exit(77)
