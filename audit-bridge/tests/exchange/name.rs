//! Names of all kinds.

use crate::support::{Pair, Server, dead_letters};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_names_arrive_as_they_were() {
    let Some(server) = Server::start() else {
        return;
    };
    let pair = Pair::new(&server).await;
    let letters = dead_letters(&pair.here);
    let (long, dots) = ("x".repeat(10_000), ".".repeat(10_000));
    let nested = format!("account.{long}.paid");
    let many = "%.".repeat(85);
    let names = [
        "",
        ".",
        "..",
        "a..b",
        " ",
        "a b",
        "*",
        ">",
        "a.>",
        "a.*.b",
        "a\r\nPUB x 1\r\n",
        "a\0b",
        "a\"b\\",
        "[",
        "%",
        "%20",
        "%~",
        "\u{e9}\u{1f600}",
        "$JS.API.STREAM.DELETE.BUS",
        "_INBOX.x",
        &long,
        &dots,
        &nested,
        &many,
    ];
    for name in names {
        pair.here.publish(name, name.to_owned()).await.unwrap();
    }
    assert!(letters.all().is_empty(), "{:?}", letters.all());
    pair.inbox.wait_for(names.len()).await;
    assert_eq!(pair.inbox.names(), names);
}
