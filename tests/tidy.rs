//! The house in order: who may use whom, what may be where, and that what is generated or described is true.
//!
//! Each test reads the repository as it stands and says what to do where it doesn't hold.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use matrix::Registration;
use matrix::settings::AppserviceSettings;
use serde_json::Value;

/// The rule is inward: which of our crates each may use.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("civic", &[]),
    ("vault", &[]),
    ("language", &["civic"]),
    ("matrix", &["civic"]),
    ("whatsapp", &["civic", "vault"]),
    ("site", &["civic", "language"]),
    ("monitor", &["civic", "language", "matrix"]),
    ("sandbox", &["civic", "vault", "whatsapp"]),
    (
        "bridge",
        &[
            "civic", "vault", "language", "matrix", "whatsapp", "site", "monitor", "sandbox",
        ],
    ),
];

/// Adapters whose tests may run against the sandbox. It uses some of them itself, which cargo allows for tests.
const MAY_TEST_WITH_SANDBOX: [&str; 3] = ["matrix", "whatsapp", "monitor"];

/// Libraries that only some crates may name, and why.
const KEPT_APART: [(&str, &[&str], &str); 5] = [
    (
        "anyhow",
        &["bridge", "sandbox"],
        "elsewhere an error is a small enum, each variant with its own reaction",
    ),
    (
        "sled",
        &["vault"],
        "it is beta: one narrow struct stands around it",
    ),
    (
        "whatsapp-rust",
        &["whatsapp", "sandbox"],
        "its API moves: one connector stands around it",
    ),
    (
        "matrix-sdk",
        &["monitor", "bridge"],
        "it is for clients; the bridge itself is an application service (its tests have citizens)",
    ),
    ("clap", &["bridge"], "only the program has a command line"),
];

/// What the pure crates do without: serialisation, async, IO.
const PURE: [&str; 2] = ["civic", "language"];
const NOT_PURE: [&str; 14] = [
    "anyhow",
    "async-trait",
    "axum",
    "futures-util",
    "matrix-sdk",
    "reqwest",
    "ruma",
    "schemars",
    "serde",
    "serde-saphyr",
    "serde_json",
    "sled",
    "tokio",
    "whatsapp-rust",
];

/// What may be seen at the root. Settings of tools are dotfiles; `target` is cargo's.
const ROOT: [&str; 14] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "appservice.yaml",
    "bridge-config",
    "docker-compose.yml",
    "docs",
    "src",
    "target",
    "tests",
];

/// The one feature, and its crate, that may skip the check of WhatsApp's certificate.
const FOR_TESTS: (&str, &str) = ("whatsapp", "pair-with-sandbox");

const LONGEST_FILE: usize = 600;

#[test]
fn crates_use_only_whom_they_may() {
    let names: Vec<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is new: give it its line in MAY_USE"));
            continue;
        };
        for dependency in dependencies(&package) {
            let with_sandbox = dependency.only_for_tests
                && dependency.name == "sandbox"
                && MAY_TEST_WITH_SANDBOX.contains(&name);
            if names.contains(&dependency.name)
                && !allowed.contains(&dependency.name)
                && !with_sandbox
            {
                wrong.push(format!("{name} uses {}", dependency.name));
            }
        }
    }
    hold(
        &wrong,
        "civic and vault know nobody, adapters don't know each other, nobody uses bridge (ARCHITECTURE.md, \"The \
         house\"). Move what is needed inward, or let bridge bring the two together.",
    );
}

#[test]
fn libraries_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        for dependency in dependencies(&package) {
            let apart = KEPT_APART
                .iter()
                .find(|(library, ..)| *library == dependency.name);
            if let Some((library, crates, why)) = apart
                && !crates.contains(&name)
            {
                wrong.push(format!("{name} uses {library}: {why}"));
            }
            if PURE.contains(&name) && NOT_PURE.contains(&dependency.name) {
                wrong.push(format!(
                    "{name} uses {}: it knows no IO, no async and no wire form",
                    dependency.name
                ));
            }
        }
    }
    hold(
        &wrong,
        "Take the dependency out of that manifest, and do what it was for in a crate that may have it.",
    );
}

#[test]
fn only_tests_take_any_server_for_whatsapp() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        for dependency in dependencies(&package) {
            let asked = dependency.features.iter().any(|feature| {
                let only_here = *feature == FOR_TESTS.1 && dependency.only_for_tests;
                is_dangerous(feature) && !only_here
            });
            if asked {
                wrong.push(format!("{name} asks it of {}", dependency.name));
            }
        }
        for (feature, enables) in package["features"].as_object().expect("a map") {
            let enables = enables.as_array().expect("a list").iter();
            let dangerous = enables
                .filter_map(Value::as_str)
                .any(|enabled| enabled.split('/').any(is_dangerous));
            if dangerous && (name, feature.as_str()) != FOR_TESTS {
                wrong.push(format!("{name} has it by its feature {feature}"));
            }
        }
    }
    hold(
        &wrong,
        "What skips the check of WhatsApp's certificate may stand in one feature of one crate, and that one under \
         [dev-dependencies] only: anywhere else it would come into a release.",
    );
}

#[test]
fn manifests_keep_to_the_house() {
    let root = root();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        if text(&package, "license") != "AGPL-3.0-only" {
            wrong.push(format!("{name} lacks license.workspace = true"));
        }
        if text(&package, "description").is_empty() {
            wrong.push(format!(
                "{name} lacks its one sentence: description = \"…\""
            ));
        }
        let manifest = Path::new(text(&package, "manifest_path"));
        if !read(manifest).contains("[lints]\nworkspace = true") {
            wrong.push(format!("{name} lacks [lints] workspace = true"));
        }
        for target in list(&package, "targets") {
            let source = text(target, "src_path");
            if !Path::new(source).starts_with(&root) {
                wrong.push(format!(
                    "{name} is built from {source}, outside of the repository"
                ));
            }
        }
    }
    hold(&wrong, "Mend the crate's Cargo.toml as it says.");
}

#[test]
fn there_is_one_ruma() {
    let lock = read(&root().join("Cargo.lock"));
    let mut names: Vec<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .filter(|name| name.starts_with("ruma") || *name == "matrix-sdk")
        .collect();
    assert!(names.contains(&"ruma"), "Cargo.lock names no ruma at all");
    names.sort_unstable();
    let twice: Vec<String> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].to_owned())
        .collect();
    hold(
        &twice,
        "Two versions of it don't mix in one program. Ask for the version that matrix-sdk brings.",
    );
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| {
            let lines = read(&path).lines().count();
            (lines > LONGEST_FILE).then(|| format!("{} has {lines} lines", shown(&path)))
        })
        .collect();
    hold(
        &long,
        "Some 500 lines are meant, 600 are allowed. Find the second subject in it and give it a file of its own.",
    );
}

#[test]
fn every_crate_is_on_the_map() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let missing: Vec<String> = packages()
        .iter()
        .map(|package| format!("src/{}", text(package, "name")))
        .filter(|folder| !map.contains(&format!("`{folder}`")))
        .collect();
    hold(
        &missing,
        "Give the folder its line in ARCHITECTURE.md, \"The house\": one sentence, and whom it may use.",
    );
}

#[test]
fn the_root_shows_only_what_it_should() {
    let mut entries: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    entries.sort_unstable();
    let stray: Vec<String> = entries
        .iter()
        .filter(|name| !ROOT.contains(&name.as_str()))
        .map(|name| format!("{name} is one too many"))
        .collect();
    let missing = ROOT
        .iter()
        .filter(|name| **name != "target" && !entries.iter().any(|entry| entry == *name))
        .map(|name| format!("{name} is missing"));
    let wrong: Vec<String> = stray.into_iter().chain(missing).collect();
    hold(
        &wrong,
        "Put it where someone would look for it: code in src/, words in docs/, settings of tools in dotfiles.",
    );
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let documents = sources()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut broken = Vec::new();
    for document in documents {
        for link in links(&read(&document)) {
            let target = link.split('#').next().unwrap_or_default();
            let elsewhere = link.contains("://") || link.starts_with("mailto:");
            if !elsewhere && !target.is_empty() && !document.with_file_name(target).exists() {
                broken.push(format!("{} links to {link}", shown(&document)));
            }
        }
    }
    hold(&broken, "Correct the link, or write what it promises.");
}

#[test]
fn nobody_can_be_called() {
    let mut found = Vec::new();
    for path in sources() {
        for (at, line) in read(&path).lines().enumerate() {
            for number in telephone_numbers(line) {
                found.push(format!("{}:{}: {number}", shown(&path), at + 1));
            }
        }
    }
    hold(
        &found,
        "This could be somebody's telephone number. Take one from the ranges reserved for fiction, such as \
         12025550123 (any area code, then 555 01 and two digits) or 07700 900 123. If it is no telephone number, \
         write it with underscores.",
    );
}

#[test]
fn a_number_that_rings_would_be_found() {
    let area = 212;
    for real in [
        format!("call +1 {area} 867 5309"),
        format!("1{area}8675309"),
        format!("({area}) 867-5309"),
        format!("+595 98{} 12345{}", 1, 6),
        format!("\"0981{}456\"", 123),
    ] {
        assert_eq!(telephone_numbers(&real).len(), 1, "{real}");
    }
    for other in [
        "12025550123",
        "+1 (202) 555-0123",
        "07700 900 123",
        "2026-11-22 11:59:53",
        "1790000000000",
        "1_800_000_000_000",
        "3A0123456789ABCDEF01",
        "100000000000001@lid",
        "127.0.0.1:29350",
        "from 2018 to 2020, 183 proposals",
    ] {
        assert!(telephone_numbers(other).is_empty(), "{other}");
    }
}

#[test]
fn the_registration_shown_is_fresh() {
    let settings = AppserviceSettings::default();
    let server = ruma::server_name!("example.org");
    let identity = settings
        .identity(server)
        .expect("the default name is a good one");
    let registration = Registration::example(&settings, &identity).to_yaml();
    let fresh = format!(
        "# An example, generated: `aty registration` writes the real one, with random tokens, into the data folder.\n{registration}"
    );
    let path = root().join("appservice.yaml");
    if env::var_os("ATY_BLESS").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == fresh,
        "appservice.yaml is stale: run the tests once with ATY_BLESS=1 and commit it"
    );
}

fn is_dangerous(feature: &str) -> bool {
    feature.starts_with("danger") || feature == FOR_TESTS.1
}

struct Dependency<'a> {
    name: &'a str,
    features: Vec<&'a str>,
    only_for_tests: bool,
}

fn dependencies(package: &Value) -> impl Iterator<Item = Dependency<'_>> {
    list(package, "dependencies")
        .iter()
        .map(|found| Dependency {
            name: text(found, "name"),
            features: list(found, "features")
                .iter()
                .filter_map(Value::as_str)
                .collect(),
            only_for_tests: found["kind"] == "dev",
        })
}

/// The crates of the workspace, as cargo reads their manifests.
fn packages() -> Vec<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .expect("cargo can be run");
    assert!(
        output.status.success(),
        "cargo can't read the manifests:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = list(&metadata, "packages").to_vec();
    assert_eq!(
        packages.len(),
        fs::read_dir(root().join("src"))
            .expect("src/ can be read")
            .count(),
        "one folder in src/ is one crate"
    );
    packages
}

/// Everything that people wrote: code, tests, words, documents.
fn sources() -> Vec<PathBuf> {
    let root = root();
    let mut found = Vec::new();
    for name in ROOT.iter().filter(|name| **name != "target") {
        let path = root.join(name);
        match path.is_dir() {
            true => found.extend(crate::world::files_under(&path)),
            // Whether it is there is for the test of the root to say.
            false => found.extend(path.exists().then_some(path)),
        }
    }
    // What `aty run` keeps for those who run it from here.
    let data = root.join("bridge-config/data");
    let ours = [
        "rs", "md", "yaml", "yml", "toml", "ftl", "txt", "html", "json", "py", "svg",
    ];
    found.retain(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| ours.contains(&extension))
            && !path.starts_with(&data)
            // Hashes of other people's packages.
            && !path.ends_with("synapse/requirements.txt")
    });
    found.sort_unstable();
    assert!(
        found.len() > 50,
        "the sources are not where they were: {found:?}"
    );
    found
}

/// What in a line has the length and shape of a telephone number, and is not from the range for fiction.
///
/// Ten to thirteen digits, also with spaces, hyphens and parentheses between. LIDs and group ids are longer. What
/// begins with 1 and has not eleven digits is nobody's (mostly it is a time), nor what begins with 000.
fn telephone_numbers(line: &str) -> Vec<String> {
    digit_runs(line)
        .into_iter()
        .filter(|run| {
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            let nobodys =
                digits.starts_with("000") || (digits.starts_with('1') && digits.len() != 11);
            (10..=13).contains(&digits.len())
                && !nobodys
                && !is_fiction(&digits)
                && !begins_like_a_date(run)
        })
        .collect()
}

/// Runs of digits with at most two separators between, that are not part of a word.
fn digit_runs(line: &str) -> Vec<String> {
    let (mut runs, mut run, mut gap) = (Vec::new(), String::new(), String::new());
    let (mut in_a_word, mut before) = (false, ' ');
    for c in line.chars().chain(['\n']) {
        let of_a_word = |c: char| c.is_alphanumeric() || c == '_';
        if c.is_ascii_digit() {
            if run.is_empty() {
                in_a_word = of_a_word(before);
            }
            run.push_str(&std::mem::take(&mut gap));
            run.push(c);
        } else if !run.is_empty() && matches!(c, ' ' | '-' | '(' | ')') && gap.len() < 2 {
            gap.push(c);
        } else {
            in_a_word |= gap.is_empty() && of_a_word(c);
            gap.clear();
            let ended = std::mem::take(&mut run);
            if !ended.is_empty() && !in_a_word {
                runs.push(ended);
            }
        }
        before = c;
    }
    runs
}

/// 555-0100 to 555-0199 in any North American area code, and the British 07700 900000 to 900999: the ranges kept
/// free for stories.
fn is_fiction(digits: &str) -> bool {
    let (country, number) = digits.split_at(digits.len() - 10);
    let american = !number.starts_with(['0', '1']) && &number[3..8] == "55501";
    let british = matches!(country, "44" | "0") && number.starts_with("7700900");
    american || british
}

fn begins_like_a_date(run: &str) -> bool {
    let shape: String = run
        .chars()
        .take(10)
        .map(|c| if c.is_ascii_digit() { 'd' } else { c })
        .collect();
    shape == "dddd-dd-dd"
}

/// The targets of `[text](target)` in a document.
fn links(document: &str) -> Vec<&str> {
    document
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0))
        .collect()
}

fn hold(wrong: &[String], what_to_do: &str) {
    assert!(
        wrong.is_empty(),
        "\n  {}\n\n{what_to_do}\n",
        wrong.join("\n  ")
    );
}

/// The folder of the whole project.
fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    folder
        .canonicalize()
        .expect("src/bridge is two folders down")
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}
