//! Two bridges can't share everything: on one homeserver not their names, on one machine not their addresses and files.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use site::settings::Listen;

use super::{Config, Problem};

/// Everything that has to be mended so that all of these can run beside each other, each pair looked at once. A problem is said of the
/// one that was named later.
pub(super) fn check(configs: &[Config]) -> Vec<Problem> {
    let pairs = configs.iter().enumerate().flat_map(|(at, one)| {
        let later = configs.iter().skip(at + 1);
        later.map(move |other| (one, other))
    });
    pairs.flat_map(|(one, other)| pair(one, other)).collect()
}

fn pair(one: &Config, other: &Config) -> Vec<Problem> {
    let mut said = if one.homeserver.server_name == other.homeserver.server_name {
        names(one, other)
    } else {
        Vec::new()
    };
    said.extend(places(one, other));
    let name = one.file.display();
    let problem = |what: String| Problem {
        file: other.file.clone(),
        line: None,
        message: what.replace("{one}", &name.to_string()),
    };
    said.into_iter().map(problem).collect()
}

/// The names that they can't both have on one homeserver.
fn names(one: &Config, other: &Config) -> Vec<String> {
    let (a, b) = (&one.appservice, &other.appservice);
    let identity = |config: &Config| {
        let server = config.homeserver.server_name()?;
        config.appservice.identity(&server).ok()
    };
    let mut said = Vec::new();
    if a.reserves_alias(&b.id) || b.reserves_alias(&a.id) {
        said.push(format!(
            "appservice.id \"{}\" and that of {{one}}, \"{}\", lay claim to the same aliases: let neither be the other, or begin with it and a hyphen",
            b.id, a.id
        ));
    } else {
        let taken = |owner: &Config, of: &Config| {
            let aliases = of.aliases().map(str::to_owned);
            let own: Vec<&str> = owner.aliases().collect();
            let taken = |alias: &String| {
                owner.appservice.reserves_alias(alias) || own.contains(&alias.as_str())
            };
            aliases.filter(taken).collect::<Vec<_>>()
        };
        let mut both = taken(one, other);
        both.extend(taken(other, one));
        both.sort();
        both.dedup();
        said.extend(both.iter().map(|alias| {
            format!("the alias {alias} is laid claim to by {{one}} too: write another in the themes of one of them")
        }));
    }
    if a.bot == b.bot {
        said.push(format!(
            "appservice.bot is \"{}\" in {{one}} too: write another",
            b.bot
        ));
    }
    let (Some(mine), Some(theirs)) = (identity(one), identity(other)) else {
        return said;
    };
    if mine.shares_ghosts_with(&theirs) {
        said.push(format!(
            "appservice.ghost_prefix \"{}\" and that of {{one}}, \"{}\": neither may be the beginning of the other",
            b.ghost_prefix, a.ghost_prefix
        ));
    }
    for (bot, prefix, taken) in [
        (&b.bot, &a.ghost_prefix, mine.is_ghost(theirs.bot())),
        (&a.bot, &b.ghost_prefix, theirs.is_ghost(mine.bot())),
    ] {
        if taken {
            said.push(format!(
                "with {{one}}: the bot \"{bot}\" of one begins as the ghosts of the other do (\"{prefix}\"): write another"
            ));
        }
    }
    said
}

/// The places that they can't both use on one machine.
fn places(one: &Config, other: &Config) -> Vec<String> {
    let mut said = Vec::new();
    for (setting, address) in listens(other) {
        let taken = listens(one).into_iter();
        let taken = taken.filter(|(_, taken)| is_same(*taken, address));
        said.extend(taken.map(|(theirs, _)| {
            format!("{setting} is {address}, which is {theirs} in {{one}}: write another port")
        }));
    }
    let (mine, theirs) = (whole(&one.data), whole(&other.data));
    if mine.starts_with(&theirs) || theirs.starts_with(&mine) {
        said.push(format!(
            "data is {}, and {} in {{one}}: give each a folder of its own",
            other.data.display(),
            one.data.display()
        ));
    }
    if whole(&one.key_file) == whole(&other.key_file) {
        said.push(format!(
            "key_file is {} in {{one}} too: with one key, everybody could see who takes part in both plans; let the bridge make another",
            other.key_file.display()
        ));
    }
    said
}

fn listens(config: &Config) -> Vec<(&'static str, SocketAddr)> {
    let mut listens = vec![("appservice.listen", config.appservice.listen)];
    if let Listen::At(address) = config.site.listen {
        listens.push(("site.listen", address));
    }
    listens
}

fn is_same(one: SocketAddr, other: SocketAddr) -> bool {
    let overlap =
        one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && overlap
}

/// The path from the root on, as far as it exists without links.
fn whole(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|part| {
        let rest = absolute.strip_prefix(part).ok()?;
        Some(part.canonicalize().ok()?.join(rest))
    });
    existing.unwrap_or(absolute)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Folder, SETTINGS, THEMES};
    use super::*;

    const SECOND: &str = "data: other-data\nkey_file: other.key\nthemes: other-themes.yaml\nsite:\n  listen: 127.0.0.1:29361\n\
                          appservice:\n  listen: 127.0.0.1:29360\n  id: ";

    /// Everything that is to be mended in B beside the configuration that everybody begins with, A.
    fn said(b: &str, aliases: &str) -> Vec<String> {
        let folder = Folder::with(SETTINGS, THEMES);
        folder.write("b.yaml", &format!("{SETTINGS}{b}"));
        folder.write("other-themes.yaml", &THEMES.replace("aty", aliases));
        let configs: Vec<Config> = ["bridge.yaml", "b.yaml"]
            .map(|name| Config::load(folder.path(name)).unwrap())
            .into();
        let base = folder.path("").display().to_string();
        let said = check(&configs).into_iter();
        said.map(|problem| problem.to_string().replace(&base, ""))
            .collect()
    }

    #[test]
    fn two_that_share_nothing_are_all_good() {
        let b = format!("{SECOND}salud\n  bot: salud\n  ghost_prefix: _salud_\n");
        assert_eq!(said(&b, "salud"), [""; 0]);
    }

    #[test]
    fn the_same_twice_is_told_name_by_name_and_place_by_place() {
        assert_eq!(
            said("", "aty"),
            [
                "b.yaml: appservice.id \"aty\" and that of bridge.yaml, \"aty\", lay claim to the same aliases: let neither be the other, or begin with it and a hyphen",
                "b.yaml: appservice.bot is \"aty\" in bridge.yaml too: write another",
                "b.yaml: appservice.ghost_prefix \"_aty_\" and that of bridge.yaml, \"_aty_\": neither may be the beginning of the other",
                "b.yaml: appservice.listen is 127.0.0.1:29350, which is appservice.listen in bridge.yaml: write another port",
                "b.yaml: site.listen is 127.0.0.1:29351, which is site.listen in bridge.yaml: write another port",
                "b.yaml: data is data, and data in bridge.yaml: give each a folder of its own",
                "b.yaml: key_file is aty.key in bridge.yaml too: with one key, everybody could see who takes part in both plans; let the bridge make another",
            ]
        );
    }

    #[test]
    fn no_name_is_the_beginning_of_another() {
        let b = format!("{SECOND}aty-b\n  bot: b\n  ghost_prefix: _aty_b_\n");
        let [id, ghosts] = said(&b, "aty-b").try_into().unwrap();
        assert!(id.contains("lay claim to the same aliases"), "{id}");
        assert!(ghosts.contains("neither may be the beginning"), "{ghosts}");
        // A name that only begins alike is another.
        let b = format!("{SECOND}atyra\n  bot: atyra\n  ghost_prefix: _atyra_\n");
        assert_eq!(said(&b, "atyra"), [""; 0]);
    }

    #[test]
    fn a_bot_is_nobodys_ghost() {
        let b = format!("{SECOND}b\n  bot: _aty_b\n  ghost_prefix: _b_\n");
        let [bot] = said(&b, "b").try_into().unwrap();
        assert!(bot.contains("the bot \"_aty_b\" of one"), "{bot}");
    }

    #[test]
    fn an_alias_is_one_bridges() {
        let b = format!("{SECOND}b\n  bot: b\n  ghost_prefix: _b_\n");
        let aliases = said(&b, "aty");
        assert_eq!(aliases.len(), 3, "{aliases:?}");
        assert!(aliases[1].contains("the alias aty-agua"), "{aliases:?}");
    }
}
