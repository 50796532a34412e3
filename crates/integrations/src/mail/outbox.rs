//! The directory that stands in for a mail server: an `.eml` for mail programs and, beside it, a `.json` to list.

use std::{
    io,
    path::Path,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use lettre::Message;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Email;

/// A message in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMail {
    /// Also the name of its files; grows with time.
    pub id: Uuid,
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// The plain part.
    pub text: String,
    /// The HTML part. It is shown to whoever opens the page: put it into a sandboxed frame.
    pub html: String,
}

pub(super) async fn store(dir: &Path, email: &Email, subject: &str, message: &Message) -> io::Result<()> {
    let id = Uuid::now_v7();
    let mail = StoredMail {
        id,
        to: email.to.clone(),
        subject: subject.to_owned(),
        date: time_of(id),
        text: email.text.clone(),
        html: email.html.clone(),
    };
    tokio::fs::create_dir_all(dir).await?;
    tokio::fs::write(dir.join(format!("{id}.eml")), message.formatted()).await?;
    // Renamed into place, so that a reader never sees half of it.
    let unfinished = dir.join(format!("{id}.part"));
    tokio::fs::write(&unfinished, serde_json::to_vec_pretty(&mail)?).await?;
    tokio::fs::rename(&unfinished, dir.join(format!("{id}.json"))).await
}

/// The messages in `dir`, newest first; none if the directory does not exist. Files of others are passed over.
pub async fn list_dir(dir: impl AsRef<Path>) -> io::Result<Vec<StoredMail>> {
    let mut entries = match tokio::fs::read_dir(dir).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut mails = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if entry.path().extension().is_some_and(|extension| extension == "json")
            && let Ok(bytes) = tokio::fs::read(entry.path()).await
            && let Ok(mail) = serde_json::from_slice::<StoredMail>(&bytes)
        {
            mails.push(mail);
        }
    }
    mails.sort_by_key(|mail| std::cmp::Reverse(mail.id));
    Ok(mails)
}

/// The time inside a UUIDv7, which is when the file was written.
fn time_of(id: Uuid) -> DateTime<Utc> {
    let since = id.get_timestamp().map(|timestamp| timestamp.to_unix()).unwrap_or_default();
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(since.0, since.1)).unwrap_or(SystemTime::UNIX_EPOCH).into()
}
