//! The ways in that the public pages show: invitation links asked fresh, of groups that have room.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use civic::{GroupId, Notice, Standing, ThemeDefinition, ThemeSlug, Timestamp};
use matrix::Happened;
use serde_json::Value;
use site::settings::Listen;
use site::{Ask, LogLine, Site, WayIn};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;
use whatsapp::GroupJid;

use super::health::NEARLY_FULL;
use super::start::StartError;
use super::{Engine, lock};
use crate::clock;
use crate::config::Config;
use crate::doorway::Doorway;

/// How long an answer of WhatsApp's is given again before it is asked anew, in milliseconds: everybody may ask us, and
/// WhatsApp takes offence at who asks it often.
const FRESH: i64 = 60_000;
/// The same after it gave no link.
const FRESH_REFUSAL: i64 = 10_000;
/// As many events of the log are shown on its page.
const SHOWN: u32 = 200;
/// How long somebody who wants to join waits for WhatsApp.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known of the ways into the groups.
#[derive(Default)]
pub(crate) struct Doors {
    /// Held while WhatsApp is asked, so that many who come at once ask once.
    links: tokio::sync::Mutex<BTreeMap<GroupId, Asked>>,
    /// What the log said last, and when it was asked; held while it is asked.
    log: tokio::sync::Mutex<Option<(Timestamp, Arc<Vec<LogLine>>)>>,
    /// Themes of which it was told that nobody else can join.
    crowded: Mutex<BTreeSet<ThemeSlug>>,
}

/// What WhatsApp answered when it was asked for a group's invitation link.
struct Asked {
    at: Timestamp,
    link: Option<Url>,
}

impl Asked {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let long = match self.link {
            Some(_) => FRESH,
            None => FRESH_REFUSAL,
        };
        is_fresh(self.at, now, long)
    }
}

fn is_fresh(at: Timestamp, now: Timestamp, long: i64) -> bool {
    (0..long).contains(&(now.0 - at.0))
}

/// The engine, as the pages ask it: from before it stands.
#[derive(Default)]
pub(super) struct Porch(OnceLock<Arc<Engine>>);

impl Porch {
    /// From now on there is somebody to ask.
    pub(super) fn open(&self, engine: Arc<Engine>) {
        // It is opened once for a start.
        let _ = self.0.set(engine);
    }
}

#[async_trait]
impl Ask for Porch {
    async fn way_in(&self, theme: &ThemeSlug) -> WayIn {
        match self.0.get() {
            Some(engine) => engine.way_in(theme).await,
            None => WayIn::NotConnected,
        }
    }

    async fn log(&self) -> Option<Arc<Vec<LogLine>>> {
        self.0.get()?.log_shown().await
    }
}

/// Serves the public pages, if they are wanted, before anything else is there: the way to the rooms is known already.
pub(super) async fn serve(
    config: &Config,
    tasks: &mut JoinSet<()>,
) -> Result<Arc<Porch>, StartError> {
    let porch = Arc::new(Porch::default());
    let Listen::At(address) = config.site.listen else {
        return Ok(porch);
    };
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| StartError::ListenForPages(address, error))?;
    let site = Site::new(
        config.plan.clone(),
        &config.homeserver.server_name,
        config.language,
        config.site.clone(),
        porch.clone(),
    );
    tasks.spawn(async move {
        if let Err(error) = axum::serve(Doorway::new(listener), site::router(site)).await {
            tracing::error!(%error, "the public pages can no longer be served; restart the bridge");
        }
    });
    Ok(porch)
}

impl Engine {
    /// The description of a theme's groups. Where the theme has a public page, its address is in it.
    pub(crate) fn group_description(&self, theme: &ThemeDefinition) -> String {
        let title = theme.name.get(self.config.language).to_owned();
        let text = self.words(&Notice::GroupDescription { theme: title }, None);
        match self.config.site.page_of(&theme.slug) {
            Some(page) => format!("{text}\n{}", self.words(&Notice::JoinPage { page }, None)),
            None => text,
        }
    }

    /// Forgets a group's link: something about the group changed, and it may have been that.
    pub(crate) async fn forget_link(&self, jid: &GroupJid) {
        let mut links = self.doors.links.lock().await;
        links.remove(&self.group_id(jid));
    }

    /// Tells the operator once when nobody else can join a theme on WhatsApp.
    pub(crate) fn mind_the_room(&self, theme: &ThemeSlug) {
        let groups = self.open_groups(theme);
        let crowded = !groups.is_empty() && with_room(groups).is_empty();
        let mut told = lock(&self.doors.crowded);
        if !crowded {
            told.remove(theme);
        } else if told.insert(theme.clone()) {
            tracing::warn!(
                %theme,
                "all WhatsApp groups of the theme are nearly full, and nobody else can join there; open the next one: aty group open {theme}"
            );
        }
    }

    /// Where somebody who wants to join a theme on WhatsApp is sent now.
    async fn way_in(&self, theme: &ThemeSlug) -> WayIn {
        let Ok(connector) = self.connected() else {
            return WayIn::NotConnected;
        };
        let groups = self.open_groups(theme);
        if groups.is_empty() {
            return WayIn::NoGroup;
        }
        let groups = with_room(groups);
        if groups.is_empty() {
            return WayIn::Full;
        }
        for group in groups {
            if let Some(link) = self.link_of(connector, &group).await {
                return WayIn::Link(link);
            }
        }
        WayIn::NotConnected
    }

    async fn link_of(&self, connector: &whatsapp::Connector, group: &GroupId) -> Option<Url> {
        let jid = self.address_of(group)?;
        let mut links = self.doors.links.lock().await;
        let known = links
            .get(group)
            .filter(|asked| asked.is_fresh(clock::now()));
        if let Some(asked) = known {
            return asked.link.clone();
        }
        let link = match timeout(PATIENCE, connector.invite_link(&jid)).await {
            Ok(Ok(link)) => Some(link),
            Ok(Err(error)) => {
                tracing::warn!(%error, "WhatsApp gave no invitation link of a group; is the bridge's account an admin there? See `aty doctor`");
                None
            }
            Err(_) => {
                tracing::warn!("WhatsApp gave no invitation link of a group in time");
                None
            }
        };
        let asked = Asked {
            at: clock::now(),
            link: link.clone(),
        };
        links.insert(group.clone(), asked);
        link
    }

    /// What the log's room says last, asked anew after a minute.
    async fn log_shown(&self) -> Option<Arc<Vec<LogLine>>> {
        let mut kept = self.doors.log.lock().await;
        let now = clock::now();
        if let Some((_, lines)) = kept.as_ref().filter(|(at, _)| is_fresh(*at, now, FRESH)) {
            return Some(lines.clone());
        }
        let read = timeout(PATIENCE, self.homeserver.last_of(&self.log, SHOWN)).await;
        let events = match read {
            Ok(Ok(events)) => events,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the log could not be read for its public page");
                return None;
            }
            Err(_) => {
                tracing::warn!("the log could not be read for its public page in time");
                return None;
            }
        };
        let lines = events.iter().filter_map(|event| self.log_line(event));
        let lines = Arc::new(lines.collect::<Vec<_>>());
        *kept = Some((now, lines.clone()));
        Some(lines)
    }

    /// What an event of the log's room says, if the bridge says it.
    fn log_line(&self, event: &Happened) -> Option<LogLine> {
        let told: Value = serde_json::from_str(event.event.get()).ok()?;
        let ours = told["sender"] == self.homeserver.bot().as_str();
        let text = told["content"]["body"].as_str().filter(|_| ours)?;
        Some(LogLine {
            at: event.at,
            text: text.to_owned(),
        })
    }

    /// Where anybody reads the log of moderation: its public page, or else its room.
    pub(crate) fn address_of_log(&self) -> String {
        let server = self.homeserver.identity().server_name();
        let alias = &self.config.plan.alias;
        let room = || format!("https://matrix.to/#/%23{alias}-registro:{server}");
        self.config.site.log_page().unwrap_or_else(room)
    }

    /// The open groups of a theme, and how many are in each; none of one that is not found yet.
    fn open_groups(&self, theme: &ThemeSlug) -> Vec<(GroupId, usize)> {
        let Some(seat) = self.seats.get(theme) else {
            return Vec::new();
        };
        let standing = lock(&seat.theme).groups().clone();
        let known = lock(&self.groups);
        let members = |group: &GroupId| {
            let known = known.get(group).and_then(|seat| seat.known.as_ref());
            known.map_or(0, |known| known.people.len())
        };
        standing
            .into_iter()
            .filter(|(_, standing)| *standing == Standing::Open)
            .map(|(group, _)| {
                let members = members(&group);
                (group, members)
            })
            .collect()
    }
}

/// Those that have room, the emptiest first.
fn with_room(mut groups: Vec<(GroupId, usize)>) -> Vec<GroupId> {
    groups.retain(|(_, members)| *members <= NEARLY_FULL);
    groups.sort_by(|(one, few), (other, many)| (few, one).cmp(&(many, other)));
    groups.into_iter().map(|(group, _)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(letter: char) -> GroupId {
        letter.to_string().repeat(16).parse().unwrap()
    }

    #[test]
    fn who_joins_comes_into_the_emptiest_group_and_into_none_that_is_nearly_full() {
        let groups = vec![
            (group('a'), 1000),
            (group('b'), 1001),
            (group('c'), 3),
            (group('d'), 3),
        ];
        assert_eq!(with_room(groups), [group('c'), group('d'), group('a')]);
        assert_eq!(with_room(vec![(group('a'), 1024)]), []);
    }

    #[test]
    fn a_link_is_asked_anew_after_a_minute_and_a_refusal_sooner() {
        let asked = |link| Asked {
            at: Timestamp(1_000_000),
            link,
        };
        let link = asked(Url::parse("https://chat.whatsapp.com/x").ok());
        let refusal = asked(None);
        for (later, link_is_fresh, refusal_is_fresh) in [
            (0, true, true),
            (10_000, true, false),
            (60_000, false, false),
            (-1, false, false),
        ] {
            let now = Timestamp(1_000_000 + later);
            assert_eq!(link.is_fresh(now), link_is_fresh, "{later}");
            assert_eq!(refusal.is_fresh(now), refusal_is_fresh, "{later}");
        }
    }
}
