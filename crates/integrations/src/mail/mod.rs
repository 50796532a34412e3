//! Sending e-mail: by SMTP, or into a directory where a developer reads it.
//!
//! One attempt each; a failed one is tried again by the job that sends. What an e-mail says is decided elsewhere.

mod outbox;

use std::{fmt, path::PathBuf, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use url::Url;
use uuid::Uuid;

pub use outbox::{StoredMail, list_dir};

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const SMTP_TIMEOUT: Duration = Duration::from_secs(15);

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Becomes the `Message-ID`. The same at each attempt, so that a mail server may notice a second copy.
    pub id: Uuid,
    /// Who reads an answer, if not the sender.
    pub reply_to: Option<String>,
    /// `ana@exemplo.com`, and nothing else: see [`valid`].
    pub to: String,
    /// The subject; line breaks become spaces.
    pub subject: String,
    /// For programs that show no HTML.
    pub text: String,
    /// For the others.
    pub html: String,
}

/// Whether anything can be mailed to this address.
pub fn valid(address: &str) -> bool {
    address.parse::<Address>().is_ok()
}

/// Why it was not sent. Never holds the URL: it has the password in it.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The URL or the sender's address cannot be used.
    #[error("bad mail configuration: {0}")]
    Config(&'static str),
    /// The recipient's address is none, or the message cannot be built.
    #[error("the address or the message is not valid")]
    Invalid,
    /// The server refuses this message for good.
    #[error("refused by the mail server: {reason}")]
    Refused {
        /// In the server's words.
        reason: String,
        /// Because of the recipient's address.
        address: bool,
    },
    /// The server cannot be reached or asks to come back later.
    #[error("mail server unavailable: {0}")]
    Unavailable(String),
    /// The directory cannot be used.
    #[error("mail directory: {0}")]
    Io(#[from] std::io::Error),
}

/// Sends e-mail from one address.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Dir(PathBuf),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport: &dyn fmt::Debug = match &self.transport {
            Transport::Smtp(_) => &"smtp",
            Transport::Dir(path) => path,
        };
        f.debug_struct("Mailer").field("from", &self.from.to_string()).field("transport", transport).finish()
    }
}

impl Mailer {
    /// By SMTP. `smtps://user:password@host` (TLS, port 465), `smtp://user:password@host?tls=required` (STARTTLS, port 587)
    /// or `smtp://host` (no TLS). A password without required TLS is accepted only for this machine.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        let parsed = Url::parse(url).map_err(|_| MailError::Config("not a URL"))?;
        let host = parsed.host_str().ok_or(MailError::Config("the URL has no host"))?;
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let encrypted =
            parsed.scheme() == "smtps" || parsed.query_pairs().any(|(key, value)| key == "tls" && value == "required");
        if parsed.password().is_some() && !encrypted && !local {
            return Err(MailError::Config("a password needs smtps:// or ?tls=required"));
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| MailError::Config("not a URL of smtp:// or smtps://"))?;
        let transport = Transport::Smtp(builder.timeout(Some(SMTP_TIMEOUT)).build());
        Ok(Self { from: sender(from)?, transport })
    }

    /// Into files under `path`, which is created when the first one is written. For development: nothing leaves.
    pub fn dir(path: impl Into<PathBuf>, from: &str) -> Result<Self, MailError> {
        Ok(Self { from: sender(from)?, transport: Transport::Dir(path.into()) })
    }

    /// Hands the message over, once.
    pub async fn send(&self, email: &Email) -> Result<(), MailError> {
        // Not as a mailbox: `x<maria@b.co>` is somebody else's address.
        let to = Mailbox::new(None, email.to.parse().map_err(|_| MailError::Invalid)?);
        let subject = email.subject.replace(char::is_control, " ");
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&subject)
            // Ours, since lettre would name this machine; without any, a message looks like spam.
            .message_id(Some(format!("<{}@{}>", email.id, self.from.email.domain())))
            // Nobody's absence note comes back (RFC 3834).
            .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
        let message = match email.reply_to.as_deref().map(str::parse::<Mailbox>) {
            Some(Ok(reply_to)) => message.reply_to(reply_to),
            _ => message,
        };
        let message = message
            .multipart(MultiPart::alternative_plain_html(email.text.clone(), email.html.clone()))
            .map_err(|_| MailError::Invalid)?;
        match &self.transport {
            Transport::Smtp(smtp) => match Box::pin(smtp.send(message)).await {
                Ok(_) => Ok(()),
                Err(error) => Err(failed(&error)),
            },
            Transport::Dir(path) => Ok(outbox::store(path, email, &subject, &message).await?),
        }
    }
}

/// A refusal of this message, or a trouble of ours with the server, such as a senha that it does not take: that one passes.
fn failed(error: &smtp::Error) -> MailError {
    let code = error.status().map(u16::from).filter(|_| error.is_permanent());
    let text = error.to_string();
    match code {
        // Syntax, order, authentication, encryption: the same for every message.
        None | Some(500..=504 | 523 | 524 | 530 | 534 | 535 | 538) => MailError::Unavailable(text),
        // No such mailbox, a full one, a bad name; 5.7.x is a matter of policy, whatever the code.
        Some(code) => {
            let address = matches!(code, 550..=553) && !text.contains("5.7.");
            MailError::Refused { reason: text, address }
        }
    }
}

fn sender(from: &str) -> Result<Mailbox, MailError> {
    from.parse().map_err(|_| MailError::Config("the sender's address is not valid"))
}
