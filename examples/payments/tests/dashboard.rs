//! Dashboard and alerts against the running service: each metric and each label that they name is exported.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use audit_core::bus::Bus;
use audit_core::observability::METRICS;
use audit_core::sink::{CallbackSink, MemorySink, Registration, SinkError, SinkWay};
use audit_core::{Change, InScope, Mode, ModeTarget, Runtime};
use serde_json::Value;

use super::{ALICE, ask, listen, nowhere, policy, program, refund, refund_of, start, under};
use crate::{client, exporter};

/// The labels of each metric that is exported, with their values.
type Exported = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Labels whose values are words of ours: one that is not exported is a word that nobody says.
const OF_WORDS: [&str; 3] = ["effect", "mode", "status"];

/// One expression, and the labels that its legend or its texts name.
struct Expression {
    text: String,
    shown: Vec<String>,
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../observability");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The words after each of these marks, up to what can't be in a name.
fn after<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = String> + 't {
    let is_of_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let parts = text.split(mark).skip(1);
    parts.map(move |part| part.trim_start().chars().take_while(is_of_name).collect())
}

/// All queries of the dashboard, those of its variables among them.
fn dashboard() -> Vec<Expression> {
    let dashboard: Value = serde_json::from_str(&file("grafana/audit.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let mut all: Vec<_> = targets
        .map(|target| Expression {
            text: target["expr"].as_str().unwrap().to_owned(),
            shown: after(target["legendFormat"].as_str().unwrap(), "{{").collect(),
        })
        .collect();
    for variable in dashboard["templating"]["list"].as_array().unwrap() {
        if let Some(values) = variable["definition"].as_str() {
            let (metric, label) = values
                .strip_prefix("label_values(")
                .and_then(|values| values.strip_suffix(')'))
                .and_then(|values| values.split_once(", "))
                .unwrap();
            all.push(Expression {
                text: metric.to_owned(),
                shown: vec![label.to_owned()],
            });
        }
    }
    all
}

/// All expressions of the alerts, and the names of those that are recorded.
fn rules() -> (Vec<Expression>, BTreeSet<String>) {
    let rules: Value = serde_saphyr::from_str(&file("prometheus/audit.rules.yml")).unwrap();
    let groups = rules["groups"].as_array().unwrap();
    let rules = groups
        .iter()
        .flat_map(|group| group["rules"].as_array().unwrap());
    let recorded = |rule: &Value| rule["record"].as_str().map(str::to_owned);
    let read = |rule: &Value| Expression {
        text: rule["expr"].as_str().unwrap().to_owned(),
        shown: after(&rule["annotations"].to_string(), "$labels.").collect(),
    };
    (
        rules.clone().map(read).collect(),
        rules.filter_map(recorded).collect(),
    )
}

/// The words of an expression, each with what stands in braces behind it.
fn words(text: &str) -> Vec<(&str, &str)> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let mut words = Vec::new();
    let mut left = text;
    while let Some(start) = left.find(is_of_name) {
        let word = &left[start..];
        let end = word.find(|c| !is_of_name(c)).unwrap_or(word.len());
        let (word, rest) = word.split_at(end);
        let braces = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let (inside, rest) = braces.unwrap_or(("", rest));
        words.push((word, inside));
        left = rest;
    }
    words
}

/// What is wrong with an expression.
fn wrong(expression: &Expression, exported: &Exported, recorded: &BTreeSet<String>) -> Vec<String> {
    let (mut wrong, mut known, mut is_recorded) = (Vec::new(), BTreeSet::new(), false);
    for (word, inside) in words(&expression.text) {
        if word.contains(':') {
            is_recorded = true;
            if !recorded.contains(word) {
                wrong.push(format!("`{word}` is not recorded"));
            }
            known.insert("action".to_owned());
            continue;
        }
        if !word.starts_with("audit_") {
            continue;
        }
        let Some(labels) = exported.get(word) else {
            wrong.push(format!("`{word}` is not exported"));
            continue;
        };
        for matcher in inside.split(',').filter(|matcher| !matcher.is_empty()) {
            let (label, value) = matcher.split_once('=').unwrap();
            let name = label.trim_end_matches('!').trim();
            let Some(values) = labels.get(name) else {
                wrong.push(format!("`{word}` has no label `{name}`"));
                continue;
            };
            let value = value.trim().trim_matches('"');
            if OF_WORDS.contains(&name) && !values.contains(value) {
                wrong.push(format!("`{word}` has no {name} `{value}`"));
            }
        }
        known.extend(labels.keys().cloned());
    }
    if known.is_empty() && !is_recorded {
        wrong.push("it names no metric of ours".to_owned());
    }
    let by = expression.text.split("by (").skip(1);
    let grouped = by.flat_map(|by| by.split(')').next().unwrap().split(','));
    let named = grouped.map(|label| label.trim().to_owned());
    for label in named.chain(expression.shown.iter().cloned()) {
        if !known.contains(&label) {
            wrong.push(format!("nothing in it has a label `{label}`"));
        }
    }
    wrong
        .into_iter()
        .map(|wrong| format!("{wrong}: {}", expression.text))
        .collect()
}

/// What a scrape shows, by the names that a Prometheus stores.
fn exported(scrape: &str) -> Exported {
    let mut exported = Exported::new();
    for line in scrape
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (series, _value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels = labels.trim_end_matches("\"}").split("\",");
        let known = exported.entry(name.to_owned()).or_default();
        for (label, value) in labels.filter_map(|pair| pair.split_once("=\"")) {
            let values = known.entry(label.to_owned()).or_default();
            values.insert(value.to_owned());
        }
    }
    exported
}

/// Lets happen what the metrics count, good and bad, in the service and beside it.
async fn everything_happens() -> String {
    let program = program();
    let runtime = &program.runtime;
    // Two sinks whose collector takes nothing: one has a spill.
    for name in ["siem", "mirror"] {
        let away = CallbackSink::new(|_| Err(SinkError::new("the collector is away")));
        let sink = Registration::new(Arc::new(away)).named(name);
        let sink = sink.way(SinkWay::QUEUED);
        let sink = if name == "mirror" {
            sink.spill(Arc::new(MemorySink::new()))
        } else {
            sink
        };
        assert!(runtime.register_sink(sink).unwrap());
    }
    let address = start(&program).await;
    let script = tokio::task::spawn_blocking(move || client::run(address, nowhere));
    assert_eq!(script.await.unwrap(), 0);

    let change = Change::by("ada").because("trying the rules out").unwrap();
    let shadow = runtime.set_mode(ModeTarget::Everything, Mode::Shadow, change);
    shadow.unwrap();
    let (status, _) = ask(address, ALICE, "/refund", Some(refund_of(600.0))).await;
    assert_eq!(status, 200);

    let broken = Runtime::builder()
        .policy(policy())
        .actor_resolver(|_| Err("the directory is away".into()))
        .build()
        .unwrap();
    let undecided = listen(under(&broken, program.router())).await;
    let (status, _) = ask(undecided, ALICE, "/refund", Some(refund_of(1.0))).await;
    assert_eq!(status, 503);

    let bus = Bus::new();
    let published = bus.publish("order.paid", 1).in_scope(runtime.clone());
    published.await.unwrap();

    // An observer that hangs, so that its queue is full, and one that panics.
    let (hangs, go_on) = channel::<()>();
    let slow = Runtime::builder()
        .policy(policy())
        .queued_observer("slow", 1, move |_| {
            let _gone = go_on.recv();
        })
        .build()
        .unwrap();
    slow.observe("broken", |_| panic!("on purpose"));
    for _ in 0..3 {
        assert!(slow.allow(&refund(1.0)));
    }
    drop(hangs);

    runtime.flush(crate::FLUSH).unwrap();

    // A trail that is closed keeps nothing more.
    program.records.trail.close(crate::FLUSH).unwrap();
    let (status, _) = ask(address, ALICE, "/refund", Some(refund_of(1.0))).await;
    assert_eq!(status, 200);

    // Nothing of that may still wait for a sink.
    runtime.flush(crate::FLUSH).ok();

    let url = format!("http://{address}{}", exporter::PATH);
    let scrape = move || {
        let mut answer = client::agent().get(url).call().unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    tokio::task::spawn_blocking(scrape).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dashboard_and_alerts_name_the_running_service_exports() {
    let scrape = everything_happens().await;
    // For `promtool check metrics`, which knows more of the format.
    if let Some(path) = std::env::var_os("AUDIT_SCRAPE") {
        fs::write(path, &scrape).unwrap();
    }
    let exported = exported(&scrape);
    for metric in METRICS {
        let names = ["", "_bucket", "_sum", "_count"].map(|end| format!("{}{end}", metric.name));
        let labels = names.iter().find_map(|name| exported.get(name));
        let labels = labels.unwrap_or_else(|| panic!("`{}` is not exported", metric.name));
        let labels = labels
            .keys()
            .map(String::as_str)
            .filter(|label| *label != "le");
        let expected: BTreeSet<_> = metric.labels.iter().copied().collect();
        assert_eq!(labels.collect::<BTreeSet<_>>(), expected, "{}", metric.name);
    }
    let (alerts, recorded) = rules();
    let shown = dashboard();
    assert!(alerts.len() > 10 && shown.len() > 20);
    let wrong: Vec<_> = alerts
        .iter()
        .chain(&shown)
        .flat_map(|expression| wrong(expression, &exported, &recorded))
        .collect();
    assert_eq!(wrong, [""; 0]);
    for series in [
        r#"audit_sink_quarantined{sink="siem"} 0"#,
        r#"audit_queue_depth{queue="siem"} 0"#,
        r#"audit_events_lost_total{sink="mirror"} 0"#,
        r#"audit_sink_failures_total{sink="recorder"} 0"#,
    ] {
        assert!(scrape.contains(series), "{series}");
    }
    // And nobody's data: neither who acted, nor an account, nor what an error said.
    for secret in ["alice", "mallory", "o-1", "directory", "collector"] {
        assert!(!scrape.contains(secret), "{secret}");
    }
}

#[test]
fn a_name_that_nobody_exports_is_found() {
    let exported = exported("audit_decisions_total{action=\"refund\",effect=\"allow\"} 1\n");
    let of = |text: &str, shown: &str| {
        let shown = after(shown, "{{").collect();
        let text = text.to_owned();
        wrong(&Expression { text, shown }, &exported, &BTreeSet::new()).len()
    };
    let good = "sum by (action) (rate(audit_decisions_total{effect=\"allow\"}[5m]))";
    assert_eq!(of(good, "{{action}}"), 0);
    assert_eq!(of(good, "{{ rule }}"), 1);
    assert_eq!(of("audit_decision_total", ""), 2);
    assert_eq!(of("audit_decisions_total{mode!=\"off\"}", ""), 1);
    assert_eq!(of("sum by (action, le) (audit_decisions_total)", ""), 1);
    assert_eq!(of("action:audit_blocked:ratio > 1", ""), 1);
    assert_eq!(of("audit_decisions_total{effect=\"alow\"}", ""), 1);
    assert_eq!(of("audit_decisions_total{effect!=\"block\"}", ""), 1);
    assert_eq!(of("audit_decisions_total{action=~\"any\"}", ""), 0);
}

#[test]
fn every_panel_says_what_it_shows_and_in_which_unit() {
    let dashboard: Value = serde_json::from_str(&file("grafana/audit.json")).unwrap();
    let mut numbers = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(numbers.insert(panel["id"].as_u64().unwrap()), "{panel}");
        if panel["type"] != "row" {
            assert!(
                panel["description"].as_str().unwrap().ends_with('.'),
                "{panel}"
            );
            assert!(
                panel["fieldConfig"]["defaults"]["unit"].is_string(),
                "{panel}"
            );
            assert_eq!(panel["datasource"]["uid"], "${datasource}");
        }
    }
}
