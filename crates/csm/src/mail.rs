//! Letters over SMTP.

use app::outbox::{Mailer, Refusal};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use storage::letters::KeptLetter;

/// A mail server to hand letters to.
#[derive(Clone)]
pub struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Asks other machines not to answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl MailServer {
    /// The mail server at an address such as `smtps://USER:PASSWORD@HOST`; refused when address or sender make
    /// no sense. Nothing is contacted.
    pub fn new(smtp_url: &str, mail_from: &str) -> anyhow::Result<Self> {
        let from = mail_from.parse().map_err(|_| {
            anyhow::anyhow!("mail_from: expected an address such as Mapping <mapping@example.org>")
        })?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url).map_err(|_| {
            anyhow::anyhow!("smtp_url: expected an address such as smtps://USER:PASSWORD@HOST:465")
        })?;
        let transport = builder.timeout(Some(std::time::Duration::from_secs(20))).build();
        Ok(Self { transport, from })
    }

    /// Whether the server answers.
    pub async fn answers(&self) -> bool {
        self.transport.test_connection().await.unwrap_or(false)
    }

    fn message(&self, letter: &KeptLetter) -> Option<Message> {
        let to: Mailbox = letter.to.parse().ok()?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            // The same for every try, so that a letter sent twice can be recognised.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .ok()
    }
}

impl Mailer for MailServer {
    async fn send(&self, letter: &KeptLetter) -> Result<(), Refusal> {
        let Some(message) = self.message(letter) else {
            return Err(Refusal {
                reason: "it cannot be made into an e-mail".to_owned(),
                is_final: true,
            });
        };
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(refusal(&error)),
        }
    }
}

/// The reason in our words: a server's own often quotes the address.
fn refusal(error: &lettre::transport::smtp::Error) -> Refusal {
    let code = error.status().map(u16::from);
    let reason = match code {
        Some(code) => format!("the mail server did not take it ({code})"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "no secure connection to the mail server".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    };
    // 530 to 538 are about our own name and password, which the operator can put right.
    let is_about_us = code.is_some_and(|code| (530..=538).contains(&code));
    Refusal {
        reason,
        is_final: error.is_permanent() && !is_about_us,
    }
}

#[cfg(test)]
mod tests;
