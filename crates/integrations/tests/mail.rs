//! The mailer against a listener that speaks SMTP, and into a directory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use integrations::mail::{Email, MailError, Mailer, list_dir};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const FROM: &str = "Proseia <ola@proseia.local>";

fn email(to: &str) -> Email {
    Email {
        id: uuid::Uuid::from_u128(7),
        reply_to: Some("ajuda@proseia.local".into()),
        to: to.into(),
        subject: "Sua conta está pronta".into(),
        text: "Olá, Ana!\n.\nAté já.".into(),
        html: "<p>Olá, <b>Ana</b>!</p>".into(),
    }
}

/// Takes one message and returns the dialogue; refuses recipients called `nobody` for good and `later` for now.
async fn smtp_server() -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });
    (address, served)
}

async fn serve(stream: TcpStream) -> Vec<String> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut said = Vec::new();
    let mut in_data = false;
    writer.write_all(b"220 test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        said.push(line.clone());
        let answer = match line.split([' ', ':']).next().unwrap() {
            "." if in_data => {
                in_data = false;
                "250 stored"
            }
            _ if in_data => continue,
            "EHLO" => "250-test\r\n250 AUTH PLAIN",
            "RCPT" if line.contains("nobody") => "550 no such person",
            "RCPT" if line.contains("policy") => "550 5.7.1 not from you",
            "AUTH" if line.contains("AGJhZA") => "535 5.7.8 wrong senha",
            "RCPT" if line.contains("later") => "451 come back",
            "AUTH" => "235 welcome",
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        if line == "QUIT" {
            break;
        }
    }
    said
}

#[tokio::test]
async fn a_message_goes_out_by_smtp() {
    let (address, served) = smtp_server().await;
    let mailer = Mailer::smtp(&format!("smtp://user:hunter2@{address}"), FROM).unwrap();
    assert!(!format!("{mailer:?}").contains("hunter2"));
    mailer.send(&email("ana@exemplo.com")).await.unwrap();
    drop(mailer);
    let said = served.await.unwrap();
    for wanted in [
        "AUTH PLAIN AHVzZXIAaHVudGVyMg==",
        "MAIL FROM:<ola@proseia.local>",
        "RCPT TO:<ana@exemplo.com>",
        "From: Proseia <ola@proseia.local>",
        "To: ana@exemplo.com",
    ] {
        assert!(said.iter().any(|line| line == wanted), "{wanted} in {said:#?}");
    }
    let all = said.join("\n");
    assert!(all.contains("multipart/alternative") && all.contains("text/plain") && all.contains("text/html"));
    for wanted in [
        "=?utf-8?b?ZXN0w6E=?=",
        "MIME-Version: 1.0",
        "Date: ",
        "Message-ID: <00000000-0000-0000-0000-000000000007@proseia.local>",
        "Reply-To: ajuda@",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(all.contains(wanted), "{wanted} in {all}");
    }
}

#[tokio::test]
async fn a_refusal_for_good_and_one_for_now_are_told_apart() {
    for (to, permanent) in [("nobody@exemplo.com", true), ("later@exemplo.com", false)] {
        let (address, _served) = smtp_server().await;
        let mailer = Mailer::smtp(&format!("smtp://user:hunter2@{address}"), FROM).unwrap();
        let error = mailer.send(&email(to)).await.unwrap_err();
        assert_eq!(matches!(error, MailError::Refused { address: true, .. }), permanent, "{error:?}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
    // Refused, but not because of who it is for; and a wrong senha of ours is nobody's refusal.
    let (address, _served) = smtp_server().await;
    let mailer = Mailer::smtp(&format!("smtp://user:hunter2@{address}"), FROM).unwrap();
    let error = mailer.send(&email("policy@exemplo.com")).await.unwrap_err();
    assert!(matches!(error, MailError::Refused { address: false, .. }), "{error:?}");
    let (address, _served) = smtp_server().await;
    let mailer = Mailer::smtp(&format!("smtp://bad:senha@{address}"), FROM).unwrap();
    assert!(matches!(mailer.send(&email("a@b.com")).await, Err(MailError::Unavailable(_))));
    let mailer = Mailer::smtp("smtp://127.0.0.1:1", FROM).unwrap();
    assert!(matches!(mailer.send(&email("a@b.com")).await, Err(MailError::Unavailable(_))));
}

#[tokio::test]
async fn bad_configuration_is_found_before_the_first_message() {
    for url in ["", "nonsense", "http://host", "smtp://", "smtp://user:hunter2@mail.example.com"] {
        let error = Mailer::smtp(url, FROM).unwrap_err();
        assert!(matches!(error, MailError::Config(_)), "{url}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
    Mailer::smtp("smtps://user:hunter2@mail.example.com", FROM).unwrap();
    Mailer::smtp("smtp://user:hunter2@mail.example.com:587?tls=required", FROM).unwrap();
    assert!(matches!(Mailer::dir("x", "no address"), Err(MailError::Config(_))));
}

#[tokio::test]
async fn messages_are_written_to_the_directory_and_listed() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("data/mail");
    assert!(list_dir(&dir).await.unwrap().is_empty(), "no directory yet");
    let mailer = Mailer::dir(&dir, FROM).unwrap();
    mailer.send(&email("ana@exemplo.com")).await.unwrap();
    let tricky = Email { subject: "dois\r\nBcc: espia@exemplo.com".into(), ..email("bia@exemplo.com") };
    mailer.send(&tricky).await.unwrap();
    for other in ["ana@exemplo.com\r\nBcc: x@y.z", "x<maria@b.co>", "ana,bia@exemplo.com", "ana..bia@exemplo.com"] {
        assert!(matches!(mailer.send(&email(other)).await, Err(MailError::Invalid)), "{other}");
    }
    std::fs::write(dir.join("other.json"), "{").unwrap();

    let mails = list_dir(&dir).await.unwrap();
    let [newest, oldest] = &mails[..] else { panic!("{mails:?}") };
    assert!(newest.date >= oldest.date);
    assert_eq!((oldest.to.as_str(), oldest.subject.as_str()), ("ana@exemplo.com", "Sua conta está pronta"));
    assert_eq!((&oldest.text, &oldest.html), (&tricky.text, &tricky.html));
    assert_eq!(newest.subject, "dois  Bcc: espia@exemplo.com");
    let eml = std::fs::read_to_string(dir.join(format!("{}.eml", newest.id))).unwrap();
    assert!(eml.contains("To: bia@exemplo.com") && !eml.contains("\nBcc:"), "{eml}");
}
