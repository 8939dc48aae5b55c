//! Three themes with sixty people on both networks who propose, support and amend: what stands in the rooms' state is what anybody
//! counts from their timelines, also after the notebook is lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use sandbox::phones::Phone;
use serde_json::Value;

use crate::reading::{Folded, of_type, space, state_of, timeline_of};
use crate::scene::{id, sees};
use crate::world::{AGUA, Citizen, SALUD, Theme, World, Writer};

const THEMES: [Theme; 3] = [AGUA, SALUD, ("escuela", "ESCUELA", "Educación")];
/// In each theme.
const PHONES: usize = 10;
const WRITERS: usize = 10;
/// How much each theme proposes: forty together.
const PROPOSALS: [usize; 3] = [14, 14, 12];

enum Person {
    OnWhatsApp(Arc<Phone>, String),
    OnMatrix(Writer),
}

impl Person {
    async fn says(&self, text: &str) {
        match self {
            Self::OnWhatsApp(phone, group) => drop(phone.send_text(group, text).await.unwrap()),
            Self::OnMatrix(writer) => writer.say(text).await,
        }
    }

    /// Puts a 👍 to a proposal's card, and takes it back if it was a mistake.
    async fn likes(&self, reference: &str, card: &str, by_mistake: bool) {
        match self {
            Self::OnWhatsApp(phone, group) => {
                let title = format!("*{reference} · ");
                let is_card = |shown: &sandbox::phones::Shown| shown.text.contains(&title);
                let card = sees(phone, group, &title, is_card).await;
                phone.react(group, &card.id, "👍🏽").await.unwrap();
                if by_mistake {
                    phone.react(group, &card.id, "").await.unwrap();
                }
            }
            Self::OnMatrix(writer) => {
                let reaction = writer.react(card, "👍").await;
                if by_mistake {
                    writer.redact(&reaction).await;
                }
            }
        }
    }
}

/// A theme, who takes part in it, on one network and the other by turns, and who reads its room from outside.
struct Assembly {
    code: &'static str,
    people: Vec<Person>,
    reader: Citizen,
    proposals: usize,
}

impl Assembly {
    async fn new(world: &mut World, (slug, code, _): Theme, proposals: usize) -> Self {
        let link = world.open_group(slug).await;
        let mut phones = Vec::new();
        for number in 0..PHONES {
            phones.push(world.phone(&format!("Vecina {slug} {number}")).await);
        }
        let joining = phones.iter().map(|phone| phone.join(&link));
        let groups = join_all(joining).await;
        let reader = world.citizen(&format!("Lectora {slug}"), slug).await;
        let (here, room) = (&*world, reader.room.room_id());
        let joining = (0..WRITERS).map(|number| async move {
            here.writer(&format!("Vecino {slug} {number}"), room).await
        });
        let writers = join_all(joining).await.into_iter().map(Person::OnMatrix);
        let phones = phones.into_iter().zip(groups);
        let phones = phones.map(|(phone, group)| Person::OnWhatsApp(phone, group.unwrap()));
        let people = phones.zip(writers).flat_map(|(one, other)| [one, other]);
        Self {
            code,
            people: people.collect(),
            reader,
            proposals,
        }
    }

    fn reference(&self, number: usize) -> String {
        format!("{}-{number}", self.code)
    }

    /// Waits for an act about a proposal, and gives its content.
    async fn act(&self, deed: &str, number: usize) -> Value {
        let reference = self.reference(number);
        let is_it = |event: &Value| {
            event["content"]["act"] == deed && event["content"]["ref"] == *reference
        };
        let act = self.reader.wait_for_event(deed, is_it).await;
        act["content"].clone()
    }

    /// What people did on Matrix before has been heard, once this is carried.
    async fn is_heard(&self, text: &str) {
        self.reader.say(text).await;
        let Person::OnWhatsApp(phone, group) = &self.people[0] else {
            panic!("the first have phones");
        };
        sees(phone, group, text, |shown| shown.text.ends_with(text)).await;
    }

    /// Everybody at once.
    async fn proposes(&self) {
        let each = self
            .people
            .iter()
            .enumerate()
            .map(|(who, person)| async move {
                let turns = (who..self.proposals).step_by(self.people.len());
                for turn in turns {
                    let text = format!("!propuesta Idea {who} {turn}\nUn texto para todos.");
                    person.says(&text).await;
                }
            });
        join_all(each).await;
        self.act("proposed", self.proposals).await;
    }

    /// Everybody at once. Of whoever stays out counts what stands in the room, and nothing else.
    async fn supports(&self) {
        let Some(out @ Person::OnMatrix(_)) = self.people.last() else {
            panic!("the last is on Matrix");
        };
        out.says("!no").await;
        let timeline = timeline_of(&self.reader, self.reader.room.room_id()).await;
        let mut cards = BTreeMap::new();
        for event in &timeline {
            if let Some(reference) = event["content"]["org.aty.card"].as_str() {
                cards.entry(reference).or_insert(id(event));
            }
        }
        let cards = &cards;
        let each = self
            .people
            .iter()
            .enumerate()
            .map(|(who, person)| async move {
                for number in 1..=self.proposals {
                    let reference = self.reference(number);
                    match (who * 5 + number * 3) % 16 {
                        0 | 1 => {
                            person
                                .likes(&reference, cards[reference.as_str()], false)
                                .await
                        }
                        2 => {
                            person
                                .likes(&reference, cards[reference.as_str()], true)
                                .await
                        }
                        3 | 4 => person.says(&format!("!apoyar {reference}")).await,
                        5 => {
                            person.says(&format!("!apoyar {reference}")).await;
                            person.says(&format!("!noapoyar {reference}")).await;
                        }
                        _ => {}
                    }
                }
            });
        join_all(each).await;
    }

    /// Somebody would have each third otherwise, and its author takes it up, declines it or thinks about it; others are set anew or
    /// taken back.
    async fn amends(&self) {
        let state = state_of(&self.reader, self.reader.room.room_id()).await;
        let heads = of_type(&state, "org.aty.proposal");
        for number in 1..=self.proposals {
            let reference = self.reference(number);
            let head = heads[reference.to_lowercase().as_str()];
            let title = head["title"]["es"].as_str().unwrap();
            let who: usize = title.split(' ').nth(1).unwrap().parse().unwrap();
            let author = &self.people[who];
            let other = &self.people[(who + 1) % self.people.len()];
            match number % 6 {
                0 | 2 | 4 => {
                    other
                        .says(&format!("!enmienda {reference} todos -> todas"))
                        .await;
                    let amendment = &self.act("amended", number).await["amendment"];
                    let how = match number % 6 {
                        0 => "aceptar",
                        2 => "declinar",
                        _ => continue,
                    };
                    author.says(&format!("!{how} {amendment}")).await;
                    self.act("decided", number).await;
                }
                1 => {
                    author
                        .says(&format!("!editar {reference} Otro texto."))
                        .await;
                }
                5 => author.says(&format!("!retirar {reference}")).await,
                _ => {}
            }
        }
    }
}

/// Compares the rooms' state with what follows from their timelines; gives how many heads and supports that are.
async fn compare(assemblies: &[Assembly]) -> (usize, usize) {
    let (in_space, _) = space(&assemblies[0].reader).await;
    let persons = of_type(&in_space, "org.aty.person");
    let (mut heads, mut supports) = (0, 0);
    for assembly in assemblies {
        let reader = &assembly.reader;
        let room = reader.room.room_id();
        let state = state_of(reader, room).await;
        let folded = Folded::read(&timeline_of(reader, room).await, &persons);
        let written = of_type(&state, "org.aty.proposal");
        assert_eq!(written.len(), folded.heads.len());
        for (key, head) in &folded.heads {
            assert_eq!(written[key.as_str()], head, "{key}");
        }
        let counts = of_type(&state, "org.aty.support");
        for (key, counted) in &folded.supports {
            let is_so = |content: &Value| {
                let number = |what: &str| content[what].as_u64().unwrap() as usize;
                ["people", "whatsapp", "matrix"].map(number) == *counted
            };
            let written = counts.get(key.as_str());
            if !written.map_or(*counted == [0; 3], |content| is_so(content)) {
                let what = format!("{counted:?} in place of {written:?} for {key}");
                let is_it = |event: &Value| {
                    event["type"] == "org.aty.support"
                        && event["state_key"] == **key
                        && is_so(&event["content"])
                };
                reader.wait_for_event(&what, is_it).await;
            }
            supports += counted[0];
        }
        heads += folded.heads.len();
    }
    (heads, supports)
}

async fn all_is_heard(world: &World, assemblies: &[Assembly], text: &str) {
    world.settled_after_much().await;
    for assembly in assemblies {
        assembly.is_heard(text).await;
    }
    world.settled_after_much().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_head_and_count_is_what_the_timeline_tells() {
    let mut world = World::new(&THEMES).await;
    let mut clock = world.clock().await;
    let bridge = world.start_bridge().await;
    let mut assemblies = Vec::new();
    for (theme, proposals) in THEMES.into_iter().zip(PROPOSALS) {
        assemblies.push(Assembly::new(&mut world, theme, proposals).await);
    }
    join_all(assemblies.iter().map(Assembly::proposes)).await;
    world.settled_after_much().await;
    join_all(assemblies.iter().map(Assembly::supports)).await;
    all_is_heard(&world, &assemblies, "Ahora los cambios").await;
    join_all(assemblies.iter().map(Assembly::amends)).await;
    all_is_heard(&world, &assemblies, "Hasta mañana").await;

    // Counts are written once a minute; whoever speaks makes the bridge look at what is due.
    clock.jumps(1);
    all_is_heard(&world, &assemblies, "Buen día").await;
    let before = compare(&assemblies).await;
    assert_eq!(before.0, PROPOSALS.iter().sum::<usize>());
    assert!(before.1 > 100, "{before:?}");

    bridge.stop().await;
    std::fs::remove_dir_all(world.folder.path().join("data/notebook")).unwrap();
    let bridge = world.start_bridge().await;
    world.settled_after_much().await;
    assert_eq!(compare(&assemblies).await, before);
    let homeserver = ["--homeserver", world.synapse.url()];
    let verify = ["monitor", "show", "#aty-paga:aty.test", "--verify"];
    let verified = world.aty(&[&verify[..], &homeserver].concat()).await;
    verified.expect("a monitor finds the same");
    bridge.stop().await;
}
