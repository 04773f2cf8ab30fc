//! `spin.toml` against the documented fields of manifest version 2. Spin itself is not needed: it
//! refuses unknown keys, so a wrong name here is one there.

use std::path::Path;

use toml::{Table, Value};

const TOP: &[&str] = &["spin_manifest_version", "application", "variables", "trigger", "component"];
const APPLICATION: &[&str] = &["name", "version", "description", "authors", "trigger", "tool"];
const HTTP_TRIGGER: &[&str] = &["id", "route", "component", "executor"];
const COMPONENT: &[&str] = &[
    "source",
    "description",
    "files",
    "exclude_files",
    "allowed_outbound_hosts",
    "key_value_stores",
    "environment",
    "build",
    "variables",
    "sqlite_databases",
    "ai_models",
    "dependencies",
    "dependencies_inherit_configuration",
    "targets",
    "tool",
];
const MOUNT: &[&str] = &["source", "destination"];
const BUILD: &[&str] = &["command", "workdir", "watch"];

fn manifest() -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spin.toml");
    let text = std::fs::read_to_string(&path).expect("spin.toml is at the top of the repository");
    text.parse().expect("spin.toml is TOML")
}

fn table<'a>(parent: &'a Table, key: &str) -> &'a Table {
    parent[key].as_table().unwrap_or_else(|| panic!("{key} is a table"))
}

fn text<'a>(parent: &'a Table, key: &str) -> &'a str {
    parent[key].as_str().unwrap_or_else(|| panic!("{key} is a string"))
}

fn only(place: &str, table: &Table, known: &[&str]) {
    let unknown: Vec<_> = table.keys().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "{place}: manifest version 2 has no {unknown:?}");
}

#[test]
fn every_field_is_documented() {
    let manifest = manifest();
    only("the manifest", &manifest, TOP);
    assert_eq!(manifest["spin_manifest_version"].as_integer(), Some(2));

    let application = table(&manifest, "application");
    only("[application]", application, APPLICATION);
    assert_eq!(text(application, "version"), env!("CARGO_PKG_VERSION"));
    kebab(text(application, "name"));

    for (id, component) in table(&manifest, "component") {
        kebab(id);
        let component = component.as_table().expect("a component is a table");
        only(id, component, COMPONENT);
        only(id, table(component, "build"), BUILD);
        for file in component["files"].as_array().expect("files is an array") {
            // a pattern, or a mount of a directory
            if let Value::Table(mount) = file {
                only("files", mount, MOUNT);
                assert!(text(mount, "destination").starts_with('/'));
            }
        }
        if let Some(variables) = component.get("environment") {
            let variables = variables.as_table().expect("environment is a table");
            assert!(variables.keys().all(|name| name.starts_with("POLAROID_")), "{variables:?}");
            assert!(variables.values().all(Value::is_str), "variables are strings");
        }
    }
}

#[test]
fn triggers_lead_to_the_component() {
    let manifest = manifest();
    let triggers = table(&manifest, "trigger")["http"].as_array().expect("[[trigger.http]]");
    assert!(!triggers.is_empty());
    for trigger in triggers {
        let trigger = trigger.as_table().expect("a trigger is a table");
        only("[[trigger.http]]", trigger, HTTP_TRIGGER);
        assert!(text(trigger, "route").starts_with('/'));
        assert!(table(&manifest, "component").contains_key(text(trigger, "component")));
    }
}

/// The routes below `/` are the component's own.
#[test]
fn one_component_gets_every_route() {
    let manifest = manifest();
    let triggers = manifest["trigger"]["http"].as_array().expect("[[trigger.http]]");
    let routes: Vec<_> = triggers.iter().map(|trigger| trigger["route"].as_str()).collect();
    assert_eq!(routes, [Some("/...")]);
}

#[test]
fn the_component_is_the_built_one_and_calls_nobody() {
    let manifest = manifest();
    let components = table(&manifest, "component");
    assert_eq!(components.len(), 1);
    let component = components.values().next().and_then(Value::as_table).expect("one component");
    assert_eq!(text(component, "source"), "target/component/polaroid.wasm");
    assert!(text(table(component, "build"), "command").contains("cargo xtask component"));
    assert!(component.get("allowed_outbound_hosts").is_none_or(|hosts| hosts == &Value::Array(vec![])));
}

fn kebab(name: &str) {
    assert!(
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
        "{name:?} is not kebab-case"
    );
}
