//! Debate libre at a start: found again by a notebook that begins anew, begun anew where the homeserver has lost it.

use civic::moderation::Measure;
use civic::{Leg, ThemeSlug};
use matrix::record::Debate;
use matrix::{StateEvent, names};
use ruma::EventId;
use vault::Batch;

use super::perform::note_of;
use super::{DEBATE, Debating, debate_name, pointed, pointer_name};
use crate::clock;
use crate::engine::act::Act;
use crate::engine::entries::{Copy, Link, Outgoing, Spot, leg_key};
use crate::engine::start::StartError;
use crate::engine::{Engine, Seat, lock};

impl Engine {
    /// Takes over where a theme's tangents go on. `state` is what the bridge wrote into its room. To be called before the lanes
    /// are at work.
    pub(in crate::engine) async fn debate_again(
        &self,
        seat: &Seat,
        state: &[StateEvent],
    ) -> Result<(), StartError> {
        let mut batch = Batch::new();
        self.know_debate(&mut batch, seat)?;
        let theme = seat.slug().as_str();
        let (name, effect) = (debate_name(&self.notebook, theme), self.debate_effect(seat));
        let known = self.notebook.message_of_effect(&effect)?;
        let known = known.and_then(|spot| Spot(spot).in_room());
        let known = known.filter(|(room, _)| *room == seat.room);
        let told = state.iter().find(|event| event.event_type == names::DEBATE);
        let told = told.and_then(|event| {
            let debate = serde_json::from_value::<Debate>(event.content.clone()).ok()?;
            EventId::parse(debate.root_event).ok()
        });
        match (told, known) {
            (Some(told), known) if known.as_ref().map(|(_, event)| event) != Some(&told) => {
                let mut link = Link::of_bridge(DEBATE, clock::now().0);
                link.thread = Some(name.to_vec());
                let leg = leg_key(&Leg::Room);
                let spot = Spot::event(&seat.room, told.as_str());
                self.notebook
                    .copy_became(&mut batch, theme, &name, &leg, &effect, &spot);
                link.copies = vec![Copy { leg, effect }];
                self.notebook.keep_link(&mut batch, theme, &name, &link);
            }
            (None, Some(known)) => {
                tracing::warn!(%theme, "the homeserver has lost where the theme's tangents go on (was its database put back?); it is written again");
                if !self.is_there(seat, &known).await? {
                    self.notebook.forget_copy(&mut batch, &effect);
                }
                self.notebook.drop_note(&mut batch, &note_of(seat));
                let act = Debating::Open {
                    text: self.debate_begins(seat),
                };
                let outgoing = Outgoing {
                    link: Some(name.to_vec()),
                    again: true,
                    ..Outgoing::of_bridge(effect, clock::now(), Act::Debate(Box::new(act)))
                };
                let lane = self.notebook.lane_prefix(seat.slug(), &Leg::Room);
                self.notebook.send_out(&mut batch, lane, &outgoing);
            }
            _ => {}
        }
        Ok(self.notebook.commit(batch).await?)
    }

    /// The names of its messages follow from the theme and its cases. Where the notebook has lost the links of pointers, they are
    /// made again: what is answered to them goes where it should.
    fn know_debate(&self, batch: &mut Batch, seat: &Seat) -> Result<(), StartError> {
        let mut theme = lock(&seat.theme);
        let slug: ThemeSlug = seat.slug().clone();
        theme.know_debate(debate_name(&self.notebook, slug.as_str()).into());
        let cases = theme.moderation().cases().iter();
        let moves = cases.filter(|(_, case)| matches!(case.measure, Measure::Redirect { .. }));
        let moves: Vec<(u32, bool)> = moves
            .map(|(number, case)| (*number, case.is_open()))
            .collect();
        let groups = theme.groups().keys().cloned().map(Leg::Group);
        let legs: Vec<Leg> = std::iter::once(Leg::Room).chain(groups).collect();
        for (case, is_open) in moves {
            let name = pointer_name(&self.notebook, slug.as_str(), case);
            theme.know_pointer(case, name.into());
            if !is_open || self.notebook.link(&name)?.is_some() {
                continue;
            }
            let mut link = Link::of_bridge(DEBATE, clock::now().0);
            link.answers = true;
            let copies = legs
                .iter()
                .flat_map(|leg| pointed(leg, &self.pointer_effect(seat, case, leg)));
            link.copies = copies.collect();
            self.notebook.keep_link(batch, slug.as_str(), &name, &link);
        }
        Ok(())
    }
}
