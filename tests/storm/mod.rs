//! The storm: people write, answer, change, delete and react while everything that can fail does so at random, from a seed;
//! afterwards each message stands exactly once on every leg, each person's in their order, as it was last changed, with the
//! reactions that were last chosen; and what was deleted, nowhere.
//!
//! `cargo test` runs short ones. `ATY_STORM_KILLS`, `ATY_STORM_SEED` and `ATY_STORM_PAUSE_MS` make others (see CONTRIBUTING.md).

mod account;
mod count;
mod keeper;
pub mod line;
mod people;
mod screens;
mod troubles;
mod wanted;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::time::Duration;

use bridge::control::{self, Answer, Request};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::world::{AGUA, QUICK, SALUD, World};
use account::Account;
use keeper::Keeper;
use line::Line;
use people::{Deed, Handheld, Pen, Writer};
use screens::{Leg, Room, Screen};

/// What `cargo test` runs.
const SHORT: Settings = Settings {
    kills: 12,
    pause: Duration::from_millis(500),
};
const SHORT_SEEDS: [u64; 2] = [1, 2];
/// After so many kills all is let come to rest and counted, so that what is wrong is found close to its cause.
const KILLS_PER_COUNT: usize = 25;
/// How long nothing may change, after all troubles are over, before what is missing counts as lost.
const PATIENCE: Duration = Duration::from_secs(75);

#[derive(Clone, Copy)]
struct Settings {
    /// How often the bridge is killed.
    kills: usize,
    /// How long each person waits between two messages, on average.
    pause: Duration,
}

#[cfg(feature = "long")]
#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_nothing_is_lost_or_said_twice() {
    let number = |name| env::var(name).ok().map(|text| text.trim().parse().unwrap());
    let kills = number("ATY_STORM_KILLS").map_or(SHORT.kills, |kills: u64| kills as usize);
    let pause = number("ATY_STORM_PAUSE_MS").map_or(SHORT.pause, Duration::from_millis);
    let settings = Settings { kills, pause };
    let seeds = number("ATY_STORM_SEED").map_or(SHORT_SEEDS.to_vec(), |seed| vec![seed]);
    for seed in seeds {
        Storm::gather(seed).await.rage(settings).await;
    }
}

/// A world in which two themes with two groups each are talked about.
struct Storm {
    seed: u64,
    dice: StdRng,
    world: World,
    keeper: Keeper,
    lines: [Line; 2],
    phones: Vec<Handheld>,
    writers: Vec<Writer>,
    legs: Vec<Leg>,
    homeserver_kills: usize,
}

impl Storm {
    async fn gather(seed: u64) -> Self {
        let unlimited = format!("{QUICK}  sender_backlog: 100000\n");
        let world = World::with_settings(&[AGUA, SALUD], &unlimited).await;
        let mut dice = StdRng::seed_from_u64(seed);
        let lines = line::lay_between(&world, &mut dice).await;
        let keeper = Keeper::new(world.folder.path());
        let mut storm = Self {
            seed,
            dice,
            world,
            keeper,
            lines,
            phones: Vec::new(),
            writers: Vec::new(),
            legs: Vec::new(),
            homeserver_kills: 0,
        };
        storm.keeper.start();
        storm
            .world
            .wait_for_status("connected", |status| {
                status["whatsapp"] == "connected to WhatsApp"
            })
            .await;
        storm.people_come().await;
        storm
    }

    /// Ana and Beto have phones, in a group each of both themes; María and José sit in rooms; Carmen only reads.
    async fn people_come(&mut self) {
        let world = &mut self.world;
        let (ana, beto) = (world.phone("Ana").await, world.phone("Beto").await);
        let carmen = world.phone("Carmen").await;
        self.phones = vec![Handheld::new(ana.clone()), Handheld::new(beto.clone())];
        for theme in ["agua", "salud"] {
            for (place, (name, phone)) in [("Ana", &ana), ("Beto", &beto)].into_iter().enumerate() {
                let link = world.open_group(theme).await;
                let group = phone.join(&link).await.unwrap();
                carmen.join(&link).await.unwrap();
                let pen = Pen::Phone {
                    phone: self.phones[place].clone(),
                    group: group.clone(),
                };
                self.writers.push(Writer::new(name, theme, pen));
                for (reader, phone) in [(name, phone), ("Carmen", &carmen)] {
                    let (phone, group) = (phone.clone(), group.clone());
                    self.legs.push(Leg {
                        theme,
                        name: format!("{theme} group {} ({reader}'s phone)", place + 1),
                        people: vec![name],
                        screen: Screen::Phone { phone, group },
                    });
                }
            }
            let mut accounts = Vec::new();
            for name in ["maria", "jose"] {
                let token = world.synapse.register_user(name, "storm", false).await;
                let token = token.expect("an account");
                let account = Account::join(world.synapse.url(), name, token, theme).await;
                let pen = Pen::Matrix(account.clone());
                self.writers.push(Writer::new(name, theme, pen));
                accounts.push(account);
            }
            self.legs.push(Leg {
                theme,
                name: format!("{theme} room"),
                people: vec!["Ana", "Beto", "maria", "jose"],
                screen: Screen::Room(Room::new(accounts.remove(0))),
            });
        }
        self.world.settled().await;
    }

    /// The whole storm, counted every now and then.
    async fn rage(mut self, settings: Settings) {
        while self.keeper.kills < settings.kills {
            let until = settings.kills.min(self.keeper.kills + KILLS_PER_COUNT);
            self.rage_until(until, settings.pause).await;
            let began = Instant::now();
            self.calm();
            let wrong = self.come_to_rest().await;
            let rest = began.elapsed().as_secs();
            println!("{}; at rest after {rest} s", self.told());
            assert!(
                wrong.is_empty(),
                "In the storm of seed {} (ATY_STORM_SEED={} ATY_STORM_KILLS={}):\n{wrong}{}",
                self.seed,
                self.seed,
                settings.kills,
                self.told()
            );
        }
        self.keeper.stop().await;
        if env::var_os("ATY_STORM_KEEP").is_some() {
            let folder = &mut self.world.folder;
            folder.disable_cleanup(true);
            println!("  its files are kept in {}", folder.path().display());
        }
    }

    async fn rage_until(&mut self, kills: usize, pause: Duration) {
        let (end, over) = watch::channel(false);
        let mut seed = || self.dice.random::<u64>();
        let writing: Vec<_> = self
            .writers
            .iter_mut()
            .map(|writer| writer.write(seed(), pause, over.clone()))
            .collect();
        let device = self.world.bridge_device();
        let bridge = troubles::of_the_bridge(&mut self.keeper, seed(), kills);
        let bridge = async {
            bridge.await;
            end.send_replace(true);
        };
        let ((), homeserver_kills, ..) = tokio::join!(
            bridge,
            troubles::of_the_homeserver(&mut self.world.synapse, seed(), over.clone()),
            troubles::of_whatsapp(&self.world.whatsapp, &device, seed(), over.clone()),
            troubles::of_the_phones(&self.phones, seed(), over.clone()),
            troubles::of_the_lines(&self.lines, seed(), over.clone()),
            futures_util::future::join_all(writing),
        );
        self.homeserver_kills += homeserver_kills;
    }

    /// All faults end.
    fn calm(&mut self) {
        for line in &self.lines {
            line.be_bad(0);
        }
        self.keeper.start();
    }

    /// Waits until everything has arrived and nothing is under way, and says what is wrong then.
    async fn come_to_rest(&mut self) -> String {
        let (mut latest, mut since) = (String::new(), Instant::now());
        loop {
            self.keeper.start();
            self.wake_the_homeserver().await;
            // In this order: what the bridge no longer has stands on the legs.
            let idle = self.is_idle().await;
            let wrong = self.count().await;
            if idle && wrong.is_empty() {
                return wrong;
            }
            if wrong != latest {
                latest.clone_from(&wrong);
                since = Instant::now();
            } else if since.elapsed() > PATIENCE {
                let still = if idle {
                    ""
                } else {
                    "  the bridge is not idle\n"
                };
                return wrong + still;
            }
            sleep(Duration::from_millis(300)).await;
        }
    }

    /// What is wrong with what stands on all legs.
    async fn count(&mut self) -> String {
        let wanted = people::wanted(&self.writers);
        let mut wrong = String::new();
        for leg in &mut self.legs {
            let stands = leg.stands().await;
            let found = count::wrong_on(&leg.name, &leg.people, &stands, &wanted[leg.theme]);
            wrong.push_str(&found);
        }
        wrong
    }

    /// Whether the bridge has nothing to carry, and WhatsApp nothing for it.
    async fn is_idle(&self) -> bool {
        let data = self.world.folder.path().join("data");
        let Ok(Answer::Status(status)) = control::ask(&data, &Request::Status).await else {
            return false;
        };
        assert_eq!(status.dead_letters, 0, "the bridge put something aside");
        let device = self.world.bridge_device();
        status.idle && self.world.whatsapp.queued(&device).await.is_empty()
    }

    /// A homeserver that was refused often comes again only after minutes, unless it is told that it may.
    async fn wake_the_homeserver(&self) {
        let path = self.world.folder.path().join("data/registration.yaml");
        let registration = matrix::Registration::load(&path).expect("a registration");
        let url = format!(
            "{}/_matrix/client/v1/appservice/{}/ping",
            self.world.synapse.url(),
            registration.id
        );
        let ping = reqwest::Client::new().post(url);
        let ping = ping
            .bearer_auth(registration.as_token)
            .json(&serde_json::json!({}));
        // While the bridge starts, it can't be reached; it is asked again soon.
        let _ = ping.send().await;
    }

    fn told(&self) -> String {
        let mut deeds: BTreeMap<Deed, usize> = BTreeMap::new();
        for (deed, times) in self.writers.iter().flat_map(|writer| &writer.deeds) {
            *deeds.entry(*deed).or_default() += times;
        }
        let messages: usize = self.writers.iter().map(|writer| writer.written.len()).sum();
        let mut told = format!(
            "storm of seed {}: bridge killed {} times, stopped {}, homeserver killed {}; {} mishaps towards the \
             homeserver, {} towards the bridge; {messages} messages written ({deeds:?}), read on {} screens",
            self.seed,
            self.keeper.kills,
            self.keeper.stops,
            self.homeserver_kills,
            self.lines[0].mishaps(),
            self.lines[1].mishaps(),
            self.legs.len(),
        );
        let mut ends: BTreeMap<&String, usize> = BTreeMap::new();
        for end in &self.keeper.ended_by_itself {
            *ends.entry(end).or_default() += 1;
        }
        for (end, times) in ends {
            let _ = write!(told, "\n  the bridge ended by itself, {times} times: {end}");
        }
        told
    }
}
