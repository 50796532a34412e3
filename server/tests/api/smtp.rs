//! A mail server to talk to: it takes what comes, or answers as a test wants.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Modo {
    /// Takes everything.
    Aceita,
    /// Says this to every recipient.
    Responde(&'static str),
    /// Takes the message and is gone before it says so.
    Some,
    /// Takes it and says so later: time for a worker to die.
    Demora(std::time::Duration),
}

#[derive(Clone)]
pub struct Smtp {
    pub url: String,
    modo: Arc<Mutex<Modo>>,
    recebidos: Arc<Mutex<Vec<String>>>,
}

impl Smtp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let smtp = Self { url, modo: Arc::new(Mutex::new(Modo::Aceita)), recebidos: Arc::default() };
        let server = smtp.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        smtp
    }

    pub fn agora(&self, modo: Modo) {
        *self.modo.lock().unwrap() = modo;
    }

    /// The messages it took, as they came.
    pub fn recebidos(&self) -> Vec<String> {
        self.recebidos.lock().unwrap().clone()
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let mut message: Option<String> = None;
        writer.write_all(b"220 test\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let modo = *self.modo.lock().unwrap();
            if let Some(text) = &mut message {
                if line != "." {
                    text.push_str(&format!("{line}\n"));
                    continue;
                }
                self.recebidos.lock().unwrap().extend(message.take());
                match modo {
                    Modo::Some => return None,
                    Modo::Demora(time) => tokio::time::sleep(time).await,
                    _ => {}
                }
            }
            let answer = match (line.split([' ', ':']).next().unwrap_or_default(), modo) {
                ("RCPT", Modo::Responde(answer)) => answer,
                ("DATA", _) => {
                    message = Some(String::new());
                    "354 go on"
                }
                ("QUIT", _) => "221 bye",
                _ => "250 ok",
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }
}
