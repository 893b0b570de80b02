//! The few arguments, read by hand.

use std::ffi::OsString;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

pub(crate) const USAGE: &str = "\
usage: payments [--serve [IP:PORT]] [--help]

  (nothing)           start the service on a free loopback port, send it scripted requests, stop
  --serve [IP:PORT]   keep it running until Ctrl-C, on 127.0.0.1:3000 unless told otherwise
  --help, -h          show this text";

/// Where `--serve` listens unless told otherwise.
const DEFAULT_ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// What the program is to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Script,
    Serve(SocketAddr),
    Help,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut args = args
        .into_iter()
        .map(|arg| arg.to_string_lossy().into_owned());
    let command = match args.next().as_deref() {
        None => Command::Script,
        Some("--help" | "-h") => Command::Help,
        Some("--serve") => Command::Serve(
            args.next()
                .map_or(Ok(DEFAULT_ADDRESS), |text| address(&text))?,
        ),
        Some(other) => match other.strip_prefix("--serve=") {
            Some(text) => Command::Serve(address(text)?),
            None => return Err(UsageError::Unknown(other.to_owned())),
        },
    };
    args.next()
        .map_or(Ok(command), |left| Err(UsageError::Unknown(left)))
}

/// Users are only named, not authenticated, so nobody outside this machine may reach the service.
fn address(text: &str) -> Result<SocketAddr, UsageError> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| UsageError::NoAddress(text.to_owned()))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(UsageError::NotLoopback(address))
    }
}

/// Arguments that this program does not take.
#[derive(Debug, PartialEq)]
pub(crate) enum UsageError {
    Unknown(String),
    NoAddress(String),
    NotLoopback(SocketAddr),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(arg) => {
                write!(
                    f,
                    "unknown argument `{}`, expected `--serve [IP:PORT]` or `--help`",
                    arg.escape_debug()
                )
            }
            Self::NoAddress(text) => {
                write!(
                    f,
                    "`{}` is no address, expected `IP:PORT` such as `{DEFAULT_ADDRESS}`",
                    text.escape_debug()
                )
            }
            Self::NotLoopback(address) => write!(
                f,
                "`{address}` can be reached from outside and this service authenticates nobody, \
                 expected a loopback address such as `{DEFAULT_ADDRESS}` or `[::1]:3000`"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, DEFAULT_ADDRESS, UsageError, parse};

    fn read(line: &str) -> Result<Command, UsageError> {
        parse(line.split_whitespace().map(Into::into))
    }

    #[test]
    fn each_form_is_read() {
        assert_eq!(read(""), Ok(Command::Script));
        assert_eq!(read("-h"), Ok(Command::Help));
        assert_eq!(read("--serve"), Ok(Command::Serve(DEFAULT_ADDRESS)));
        let other = "127.0.0.1:4000".parse().unwrap();
        assert_eq!(read("--serve 127.0.0.1:4000"), Ok(Command::Serve(other)));
        assert_eq!(read("--serve=127.0.0.1:4000"), Ok(Command::Serve(other)));
    }

    #[test]
    fn anything_else_is_refused_with_what_is_accepted() {
        let message = |line| read(line).unwrap_err().to_string();
        assert_eq!(
            message("--fast"),
            "unknown argument `--fast`, expected `--serve [IP:PORT]` or `--help`"
        );
        assert_eq!(
            message("--help more"),
            "unknown argument `more`, expected `--serve [IP:PORT]` or `--help`"
        );
        assert_eq!(
            message("--serve 3000"),
            "`3000` is no address, expected `IP:PORT` such as `127.0.0.1:3000`"
        );
        assert_eq!(
            message("--serve 0.0.0.0:3000"),
            "`0.0.0.0:3000` can be reached from outside and this service authenticates nobody, \
             expected a loopback address such as `127.0.0.1:3000` or `[::1]:3000`"
        );
    }
}
