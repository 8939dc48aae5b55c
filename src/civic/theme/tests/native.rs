//! What is done by a network's own powers: on one network, and then on the other, until it is undone.

use super::moderating::{DAY, HOUR, enforced, for_hate, for_spam, hindrance, home, whom};
use super::*;
use crate::moderation::{CaseStanding, Deed, Ending, Enforcement, Hindrance, Reach, Wish};

fn natives(town: &Town) -> usize {
    let deeds = town.deeds().into_iter();
    deeds
        .filter(|deed| matches!(deed, Deed::Native { .. }))
        .count()
}

fn out(who: char, on: bool) -> Enforcement {
    let who = member(who);
    Enforcement::Suspend { who, on }
}

impl Town {
    fn removes(&mut self, by: Party, who: Party, lasting: bool) -> Vec<Effect> {
        self.take_in(Input::Removed { who, by, lasting })
    }

    fn announces(&mut self, letter: char, on: bool) -> Vec<Effect> {
        self.sets(letter, GroupSetting::Announcement, on)
    }

    fn sets(&mut self, letter: char, setting: GroupSetting, on: bool) -> Vec<Effect> {
        self.take_in(Input::GroupSet {
            group: group_id(letter),
            setting,
            on,
            by: party('c', Network::WhatsApp),
        })
    }

    pub(super) fn standing(&self, case: u32) -> CaseStanding {
        self.theme.moderation().cases()[&case].standing
    }
}

#[test]
fn a_ban_reaches_both_accounts_and_ends_for_both() {
    let mut town = Town::with_delegates();
    town.persons.link(&member('d'), &member('n'));
    let (nora, keeper) = (party('n', Network::Matrix), party('k', Network::Matrix));
    let effects = town.removes(keeper.clone(), nora.clone(), true);
    assert_eq!(enforced(&effects), [out('d', true), out('n', true)]);
    // Done again, it is the same case.
    town.removes(keeper.clone(), nora.clone(), true);
    assert_eq!(natives(&town), 1);
    // Unlinked meanwhile, it ends for both.
    town.persons.unlink(&member('d'));
    let effects = town.pass(12 * HOUR);
    assert_eq!(enforced(&effects), [out('d', false), out('n', false)]);
    assert_eq!(town.standing(1), CaseStanding::Over(Ending::Unconfirmed));

    // Whoever did it can undo it by hand, and so can another.
    town.pass(7 * DAY);
    town.removes(keeper.clone(), nora.clone(), true);
    let by = party('q', Network::Matrix);
    let effects = town.take_in(Input::LetBack {
        who: nora.clone(),
        by,
    });
    assert_eq!(enforced(&effects), [out('n', false)]);
    assert_eq!(town.standing(2), CaseStanding::Over(Ending::Lifted));
    // Going by oneself is no act.
    assert_eq!(town.removes(nora.clone(), nora, true), []);
}

#[test]
fn who_is_kicked_can_come_back_and_the_other_network_is_left_alone() {
    let mut town = Town::with_delegates();
    let keeper = party('k', Network::Matrix);
    let effects = town.removes(keeper, party('d', Network::WhatsApp), false);
    assert_eq!((natives(&town), enforced(&effects)), (1, Vec::new()));
    let effects = town.removes(
        party('k', Network::Matrix),
        party('d', Network::WhatsApp),
        true,
    );
    assert_eq!(
        (natives(&town), enforced(&effects)),
        (1, vec![out('d', true)])
    );
}

#[test]
fn what_delegates_decided_is_not_undone_by_hand() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    town.wishes('b', Wish::Confirm(None));
    let who = party('d', Network::WhatsApp);
    let by = party('c', Network::WhatsApp);
    // Removing whom two delegates had removed already is nothing new.
    assert_eq!(town.removes(by.clone(), who.clone(), true), []);
    let back = Input::LetBack { who, by };
    assert_eq!(enforced(&town.take_in(back)), [out('d', true)]);
}

#[test]
fn a_message_deleted_by_an_admin_is_hidden_everywhere_and_comes_back() {
    let mut town = Town::with_delegates();
    let message = town.talks(&group('b'), 'd', "La plaza está bien así");
    let author = party('d', Network::WhatsApp);
    let effects = town.deletes(&group('b'), 'c', message);
    assert_eq!(enforced(&effects), [Enforcement::Hide { message }]);
    assert!(legs(&effects).is_empty(), "it is no deletion by its author");
    town.deletes(&Leg::Room, 'k', message);
    assert_eq!(natives(&town), 1);
    let effects = town.pass(12 * HOUR);
    let restore = Enforcement::Restore { message, author };
    assert_eq!(enforced(&effects), [restore]);

    // With a reason and two delegates it stays as it is; for hate, as for everything else.
    let message = town.talks(&group('b'), 'd', "Váyanse todos");
    town.deletes(&group('b'), 'c', message);
    let reason = for_hate();
    town.wishes('c', Wish::Explain { case: None, reason });
    town.wishes('a', Wish::Confirm(None));
    let effects = town.wishes('m', Wish::Confirm(None));
    assert_eq!(enforced(&effects), [Enforcement::Hide { message }]);
    let holds = CaseStanding::InForce {
        until: None,
        confirm_by: None,
    };
    assert_eq!(town.standing(2), holds);
    assert_eq!(enforced(&town.pass(13 * HOUR)), []);

    // One's own, with whichever account, is one's own.
    let own = town.talks(&home('d'), 'd', "Perdón");
    town.persons.link(&member('d'), &member('n'));
    assert_eq!(legs(&town.deletes(&Leg::Room, 'n', own)).len(), 2);
}

#[test]
fn a_group_that_is_closed_by_hand_is_opened_again() {
    let mut town = Town::with_delegates();
    let effects = town.announces('a', true);
    assert_eq!((natives(&town), enforced(&effects)), (1, Vec::new()));
    assert_eq!(town.theme.moderation().paused_until(town.now), None);
    assert_eq!(town.announces('b', true), []);
    let quiet = [Enforcement::Powers, Enforcement::Quiet];
    assert_eq!(enforced(&town.pass(12 * HOUR)), quiet);

    // Nobody keeps it closed by closing it again and again.
    assert_eq!(enforced(&town.announces('a', true)), quiet);
    assert_eq!(town.standing(2), CaseStanding::Over(Ending::Unexplained));

    town.pass(DAY);
    town.announces('a', true);
    assert_eq!(enforced(&town.announces('a', false)), quiet);
    assert_eq!(town.standing(3), CaseStanding::Over(Ending::Lifted));

    // With a reason and two delegates it is a pause like any other.
    town.announces('a', true);
    let refused = town.wishes('a', Wish::Confirm(None));
    assert_eq!(hindrance(&refused), Some(Hindrance::ReasonFirst(4)));
    let reason = for_spam();
    town.wishes('c', Wish::Explain { case: None, reason });
    town.wishes('a', Wish::Confirm(None));
    assert_eq!(enforced(&town.wishes('b', Wish::Confirm(None))), quiet);
    // It holds: whoever opens the group meanwhile finds it closed again.
    assert_eq!(enforced(&town.announces('b', false)), [Enforcement::Quiet]);
    assert_eq!(enforced(&town.pass(HOUR)), quiet);
}

#[test]
fn a_door_that_is_closed_by_hand_is_opened_again() {
    let mut town = Town::with_delegates();
    let door = GroupSetting::Approval;
    assert_eq!(enforced(&town.sets('a', door, true)), []);
    assert_eq!(natives(&town), 1);
    assert_eq!(town.theme.moderation().approval_until(town.now), None);
    let opened = [Enforcement::Approval];
    assert_eq!(enforced(&town.pass(12 * HOUR)), opened);

    // With a reason and a delegate, who could have done it, it is joining by approval, with an end.
    town.sets('a', door, true);
    let reason = for_spam();
    town.wishes('c', Wish::Explain { case: None, reason });
    assert_eq!(enforced(&town.wishes('a', Wish::Confirm(None))), opened);
    assert_eq!(enforced(&town.sets('b', door, false)), opened);
    assert_eq!(enforced(&town.pass(25 * HOUR)), opened);
    assert_eq!(town.standing(2), CaseStanding::Over(Ending::Expired));
    // One delegate can have it so, for as long as they say.
    let case = u32::try_from(town.theme.moderation().cases().len() + 1).unwrap();
    town.sets('a', door, true);
    let (minutes, reason) = (Some(60), for_spam());
    let effects = town.wishes('a', Wish::Approval { minutes, reason });
    assert_eq!(hindrance(&effects), None);
    let holds = CaseStanding::InForce {
        until: Some(town.now.plus_minutes(60)),
        confirm_by: None,
    };
    assert_eq!(town.standing(case), holds);
}

#[test]
fn what_is_done_by_hand_while_it_is_only_asked_for_is_undone_all_the_same() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(3 * 24 * 60),
        reason: for_spam(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    let by = Party {
        member: member('c'),
        network: Network::WhatsApp,
    };
    let who = Party {
        member: member('d'),
        network: Network::WhatsApp,
    };
    town.removes(by, who, true);
    let noted = town.deeds().pop();
    assert!(matches!(noted, Some(Deed::Native { .. })), "{noted:?}");
    let back = Enforcement::Suspend {
        who: member('d'),
        on: false,
    };
    assert!(enforced(&town.pass(13 * HOUR)).contains(&back));
}

#[test]
fn who_is_removed_again_without_a_reason_is_back_at_once() {
    let mut town = Town::with_delegates();
    let (who, by) = (party('d', Network::WhatsApp), party('c', Network::WhatsApp));
    let again = |town: &Town| match town
        .deeds()
        .iter()
        .rfind(|deed| matches!(deed, Deed::Native { .. }))
    {
        Some(Deed::Native { again, .. }) => *again,
        other => panic!("{other:?}"),
    };
    let effects = town.removes(by.clone(), who.clone(), true);
    assert_eq!(
        (again(&town), enforced(&effects)),
        (None, vec![out('d', true)])
    );
    town.pass(12 * HOUR);
    town.pass(6 * DAY);
    town.talks(&home('a'), 'a', "Buen día");
    let effects = town.removes(by.clone(), who.clone(), true);
    assert_eq!(
        (again(&town), enforced(&effects)),
        (Some(1), vec![out('d', false)])
    );
    assert_eq!(town.standing(2), CaseStanding::Over(Ending::Unexplained));
    // It is said once on each leg.
    let lines = notices(&effects).len();
    assert_eq!(lines, 3, "{effects:?}");
    // Each time it is a week; what delegates have asked for has a reason.
    town.pass(6 * DAY);
    assert_eq!(
        enforced(&town.removes(by.clone(), who.clone(), false)),
        [out('d', false)]
    );
    town.talks(&home('a'), 'a', "Buen día");
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    assert_eq!(
        enforced(&town.removes(by.clone(), who.clone(), true)),
        [out('d', true)]
    );
    assert_eq!(again(&town), None);
    town.pass(13 * HOUR);
    town.pass(8 * DAY);
    assert_eq!(enforced(&town.removes(by, who, true)), [out('d', true)]);
}

#[test]
fn whoever_asks_for_what_was_done_by_hand_explains_and_confirms_it() {
    let suspend = |days: u32| Wish::Suspend {
        whom: whom('d'),
        minutes: Some(days * 24 * 60),
        reason: for_hate(),
        reach: Reach::Here,
    };
    let who = || party('d', Network::WhatsApp);
    // Beto, who moderates, has removed them: with Ana they are two.
    let mut town = Town::large();
    town.removes(party('b', Network::WhatsApp), who(), true);
    let effects = town.wishes('a', suspend(3));
    assert_eq!(
        (hindrance(&effects), enforced(&effects)),
        (None, vec![out('d', true)])
    );
    assert_eq!(enforced(&town.pass(3 * DAY - HOUR)), []);
    assert_eq!(enforced(&town.pass(HOUR)), [out('d', false)]);

    // Somebody who does not moderate has: it still takes a second, who agrees to the length that was asked for.
    town.removes(party('c', Network::WhatsApp), who(), true);
    assert_eq!(hindrance(&town.wishes('a', suspend(2))), None);
    assert_eq!(
        town.theme.moderation().cases()[&2].reason,
        for_hate().unwrap().text
    );
    let again = town.wishes('a', suspend(2));
    assert_eq!(hindrance(&again), Some(Hindrance::SecondNeeded(2)));
    let effects = town.wishes('b', suspend(5));
    assert_eq!(enforced(&effects), [out('d', true)]);
    assert_eq!(enforced(&town.pass(2 * DAY)), [out('d', false)]);

    // For longer than two can decide it is a case of its own; what was done by hand still waits for its reason.
    town.removes(party('c', Network::WhatsApp), who(), true);
    town.wishes('a', suspend(20));
    assert!(matches!(town.standing(4), CaseStanding::Asked { .. }));
    assert_eq!(enforced(&town.pass(12 * HOUR))[..], [out('d', false)]);

    // So it is with a pause, which one alone can have for a while.
    town.announces('a', true);
    let pause = Wish::Pause {
        minutes: Some(10),
        reason: for_spam(),
    };
    town.wishes('b', pause);
    assert_eq!(
        town.standing(5),
        CaseStanding::InForce {
            until: Some(town.now.plus_minutes(10)),
            confirm_by: None,
        }
    );
}

#[test]
fn what_delegates_decide_outlasts_what_was_done_by_hand() {
    let mut town = Town::with_delegates();
    let suspend = Wish::Suspend {
        whom: whom('d'),
        minutes: Some(3 * 24 * 60),
        reason: for_spam(),
        reach: Reach::Here,
    };
    town.wishes('a', suspend);
    let [who, by] = ['d', 'c'].map(|letter| Party {
        member: member(letter),
        network: Network::WhatsApp,
    });
    town.removes(by, who, true);
    town.wishes('b', Wish::Confirm(Some(1)));
    let back = Enforcement::Suspend {
        who: member('d'),
        on: false,
    };
    assert!(
        !enforced(&town.pass(13 * HOUR)).contains(&back),
        "nobody comes back yet"
    );
    assert!(enforced(&town.pass(3 * DAY)).contains(&back));
}
