//! A real PostgreSQL for the tests: one for all of them, with its files in a temporary folder; it dies with the process that started it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use tokio_postgres::{Client, Config, NoTls};

/// Makes a cluster, runs a server, and waits for the end of its own input, which comes when the test process is gone in whatever way.
/// Then it stops the server and removes everything.
const GUARD: &str = r#"
trap '' INT TERM HUP
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$2/log" 2>&1 || { cat "$2/log"; rm -rf "$2"; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 -c log_min_messages=log 2>&1 &
read -r _
kill -QUIT $! 2>/dev/null
wait $!
rm -rf "$2"
"#;

/// A server, for as long as this is there.
pub(crate) struct Server {
    home: PathBuf,
    /// Its own input is what ends it.
    guard: Mutex<Child>,
}

impl Server {
    /// The one that all tests share.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// One of a test's own.
    pub(crate) fn start() -> Self {
        let binaries = binaries()
            .expect("PostgreSQL is missing, expected `initdb` and `postgres` (Debian: postgresql)");
        let home = tempfile::Builder::new()
            .prefix("audit-pg")
            .tempdir()
            .unwrap()
            .keep();
        let mut command = Command::new("sh");
        command
            .args(["-c", GUARD, "guard"])
            .arg(&binaries)
            .arg(&home);
        command.current_dir(&home).process_group(0);
        // PostgreSQL does not run as root.
        if fs::metadata(&home).unwrap().uid() == 0 {
            let (uid, gid) = somebody().expect(
                "nobody to run PostgreSQL as, expected `postgres` or `nobody` in /etc/passwd",
            );
            chown(&home, Some(uid), Some(gid)).unwrap();
            command.uid(uid).gid(gid);
        }
        let mut guard = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(guard.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("PostgreSQL does not start: {}", said.join("\n"));
            };
            if line.contains("ready to accept connections") {
                break;
            }
            said.push(line);
        }
        // What nobody reads would stop the server in the end.
        thread::spawn(move || lines.for_each(drop));
        Self {
            home,
            guard: Mutex::new(guard),
        }
    }

    /// The folder of its socket.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Stops it as a crash does, and waits until it is gone.
    pub(crate) fn stop(&self) {
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        drop(guard.stdin.take());
        guard.wait().unwrap();
    }

    pub(crate) fn config(&self, database: &str, user: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.home).dbname(database).user(user);
        config
    }

    /// A connection, driven by a task of its own.
    pub(crate) async fn connect(&self, database: &str, user: &str) -> Client {
        let (client, connection) = self.config(database, user).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where the server's programs are: on the path, or where Debian puts them.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let whole =
        |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    folders.into_iter().find(whole)
}

/// The user and group to run it as in root's stead.
fn somebody() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let find = |name: &str| {
        let mut fields = users
            .lines()
            .map(|line| line.split(':'))
            .find(|fields| fields.clone().next() == Some(name))?
            .skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}
