//! A browser without a screen: one connection kept open, cookies, and forms sent as a page would send them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Where to go next, for a redirect; empty otherwise.
    pub location: String,
    /// The page.
    pub body: String,
}

impl Answer {
    /// The value of the first hidden field with this name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        self.hidden_all(name).into_iter().next()
    }

    /// The values of all inputs with this name, in the order of the page.
    pub fn hidden_all(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for piece in self.body.split("<input").skip(1) {
            let tag = piece.split('>').next().unwrap_or_default();
            if attribute(tag, "name").as_deref() == Some(name) {
                values.push(attribute(tag, "value").unwrap_or_default());
            }
        }
        values
    }
}

/// The value of an attribute in the inside of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = &tag[start..];
    let raw = &rest[..rest.find('"')?];
    Some(
        raw.replace("&quot;", "\"")
            .replace("&#x2f;", "/")
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

/// One person at one browser.
pub struct Browser {
    address: String,
    cookies: BTreeMap<String, String>,
    connection: Option<BufReader<TcpStream>>,
}

impl Browser {
    /// A browser that will talk to the server at `address`, such as `127.0.0.1:8080`.
    pub fn at(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookies: BTreeMap::new(),
            connection: None,
        }
    }

    /// Goes on at another address with the same cookies: the server was started again.
    pub fn moves_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
        self.connection = None;
    }

    /// Asks for a page; does not follow redirects.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None)
    }

    /// Sends a form; does not follow redirects.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let mut body = String::new();
        for (name, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            let _ = write!(body, "{}={}", escape(name), escape(value));
        }
        self.send("POST", path, Some(&body))
    }

    /// Signs in with e-mail and password; an error when the server does not let the person in.
    pub fn sign_in(&mut self, email: &str, password: &str) -> Result<()> {
        let page = self.get("/sign-in")?;
        let token = page.hidden("csrf_token").unwrap_or_default();
        let answer = self.post(
            "/sign-in",
            &[("csrf_token", &token), ("email", email), ("password", password)],
        )?;
        if answer.status == 303 {
            Ok(())
        } else {
            Err(Error::other(format!("sign-in answered {}", answer.status)))
        }
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&str>) -> Result<Answer> {
        let was_open = self.connection.is_some();
        match self.try_send(method, path, body) {
            // A kept connection may have been closed meanwhile; a page may be asked for again, a form may not.
            Err(_) if was_open && method == "GET" => {
                self.connection = None;
                self.try_send(method, path, body)
            }
            other => other,
        }
    }

    fn try_send(&mut self, method: &str, path: &str, body: Option<&str>) -> Result<Answer> {
        let request = self.request(method, path, body);
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.address)?,
        };
        connection.get_mut().write_all(request.as_bytes())?;
        let (answer, cookies, keep) = read_answer(&mut connection)?;
        for (name, value) in cookies {
            self.cookies.insert(name, value);
        }
        if keep {
            self.connection = Some(connection);
        }
        Ok(answer)
    }

    fn request(&self, method: &str, path: &str, body: Option<&str>) -> String {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let _ = write!(request, "Cookie: {}\r\n", cookies.join("; "));
        }
        if let Some(body) = body {
            let _ = write!(
                request,
                "Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                self.address,
                body.len()
            );
        }
        request.push_str("\r\n");
        request.push_str(body.unwrap_or_default());
        request
    }
}

fn connect(address: &str) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(BufReader::with_capacity(64 * 1024, stream))
}

type Cookies = Vec<(String, String)>;

fn read_answer(connection: &mut BufReader<TcpStream>) -> Result<(Answer, Cookies, bool)> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        return Err(Error::new(
            ErrorKind::UnexpectedEof,
            "the server closed the connection",
        ));
    }
    let status = line
        .split_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    let (mut location, mut cookies, mut length, mut is_chunked, mut keep) =
        (String::new(), Vec::new(), 0_usize, false, true);
    loop {
        line.clear();
        if connection.read_line(&mut line)? == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "the answer broke off"));
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "location" => value.clone_into(&mut location),
            "content-length" => length = value.parse().unwrap_or(0),
            "transfer-encoding" => is_chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => keep = !value.eq_ignore_ascii_case("close"),
            "set-cookie" => {
                let pair = value.split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    cookies.push((name.to_owned(), value.to_owned()));
                }
            }
            _ => {}
        }
    }
    let body = if is_chunked {
        read_chunks(connection)?
    } else {
        read_exactly(connection, length)?
    };
    let answer = Answer {
        status,
        location,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    Ok((answer, cookies, keep))
}

fn read_exactly(connection: &mut BufReader<TcpStream>, length: usize) -> Result<Vec<u8>> {
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(connection: &mut BufReader<TcpStream>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| Error::new(ErrorKind::InvalidData, "a chunk without a size"))?;
        let chunk = read_exactly(connection, size + 2)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

/// A text as it is sent in a form.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(byte as char),
            b' ' => escaped.push('+'),
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_found_whatever_the_order_of_their_attributes() {
        let answer = Answer {
            status: 200,
            location: String::new(),
            body: r#"<input value="a&#x2f;b" type="hidden" name="asked"><input name="asked" value="c">"#
                .to_owned(),
        };
        assert_eq!(answer.hidden_all("asked"), ["a/b", "c"]);
    }

    #[test]
    fn paths_are_sent_so_that_a_form_reads_them_again() {
        assert_eq!(
            escape("/data/staff[3]/wte é"),
            "%2Fdata%2Fstaff%5B3%5D%2Fwte+%C3%A9"
        );
    }
}
