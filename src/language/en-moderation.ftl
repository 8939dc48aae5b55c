### What the bridge says of who moderates and what they do. Nobody is shamed: it says what, why and until when.
### .words are whole words that are understood; .only, if there are no others.

## Commands

command-nominate = propose somebody as a moderator
    .word = nominate
    .also = nomination
    .example = !nominate @name
command-second = support that nomination
    .word = second
    .also = iseconded
    .example = !second @name
command-object = object to a nomination
    .word = object
    .also = objection
    .example = !object @name
command-resign = stop moderating
    .word = resign
    .also = stepdown
    .example = !resign
command-recall = ask that somebody stop moderating
    .word = recall
    .also = revoke
    .example = !recall @name does not explain what they do
command-vote = vote
    .word = vote
    .also = ivote
    .yes = yes, in favour, in favor
    .no = no, against
    .among = in, on, of, the, please, thanks, thank you, many thanks, of course, my vote is
    .example = !vote yes 3
command-organisation = say who you work for
    .word = organisation
    .also = organization
    .none = none, nobody, nothing
    .example = !organisation Neighbours of the Lake
command-institution = the same, if it belongs to the state
    .word = institution
    .also = myinstitution
    .example = !institution Town Hall
command-redirect = take what is off topic to the open debate
    .word = tangent
    .also = offtopic
    .example = !tangent
command-rules = see the rules
    .word = rules
    .also = charter
    .example = !rules
command-delegates = see who moderates
    .word = delegates
    .also = moderators
    .example = !delegates
command-pause = pause the theme for a while
    .word = pause
    .also = breaktime
    .example = !pause 15m to calm down
command-hide = hide the message that you reply to
    .word = hide
    .also = hidden
    .example = !hide advertising
command-mute = keep somebody from writing for a time
    .word = mute
    .also = silence
    .example = !mute @name 6h advertising
command-suspend = keep somebody out for some days
    .word = suspend
    .also = suspension
    .example = !suspend @name 3d threat
command-approval = make people wait to be let in
    .word = approval
    .also = approvals
    .example = !approval 12h strange accounts
command-admit = let in whoever waits
    .word = admit
    .also = letin
    .example = !admit @name
command-turn-away = not let somebody in
    .word = turnaway
    .also = refuse
    .example = !turnaway @name fake account
command-confirm = confirm what somebody else asked for
    .word = confirm
    .also = confirmed
    .example = !confirm 3
command-lift = end a case early
    .word = lift
    .also = endcase
    .example = !lift 3
command-report = tell the moderators, without your name being logged
    .word = report
    .also = reporting, ireport
    .example = !report @name threat
command-resolve = close a report with what you found
    .word = resolved
    .also = resolve
    .example = !resolved 3 we talked and it is clear
command-appeal = object to what was decided about you
    .word = appeal
    .also = iappeal
    .example = !appeal 3 that is not what happened
command-judge = decide on an appeal, if you were drawn for it
    .word = ruling
    .also = judge
    .yes = end, ends, ended, reverse, reversed
    .no = stand, stands, uphold, upheld, keep, keeps
    .negation = not, never, doesn, don, won, isn
    .example = !ruling 3 ends
command-change-rule = put a rule to the vote
    .word = rule
    .also = changerule
    .among = to, of, the
    .example = !rule mute 12
command-explain = give the reason for what was done by hand
    .word = reason
    .also = explain
    .example = !reason 3 advertising
command-rehearse = see what a command would do
    .word = rehearse
    .also = dryrun
    .example = !rehearse !pause 15m anger

## Topics of help

topic-moderation = who moderates
    .word = moderation
    .also = moderate, moderators, delegates, rules, vote
    .tip = If you are nominated: *!{ command-accept.word }*. For moderators: *!{ command-help.word } { topic-measures.word }*
topic-measures = what moderators do
    .word = measures
    .also = measure, mute, suspend, pause, hide
    .tip = With a reason and an end: *{ command-rules.example }*. Also: *!{ command-help.word } { topic-joining.word }*
topic-complaints = report or appeal
    .word = complaints
    .also = complaint, report, reports, appeal, appeals
    .tip = Also in private: write to the bridge with the name of the theme, as in *!{ command-report.word } water @name threat*. Written in public, your report is deleted at once, and answered privately.
topic-joining = who comes in, if many come at once
    .word = joining
    .also = joins, wave, approval
    .tip = It ends by itself, or earlier: *!{ command-lift.word }*

## Words for whom, for how long and why

whom =
    .before = to
length =
    .minute = m, min, mins, minute, minutes
    .hour = h, hr, hrs, hour, hours
    .day = d, day, days
    .week = w, week, weeks
    .one = a, an, one
    .half = half
    .and = and
    .before = for, during
    .notafter = in, every, within
everywhere =
    .words = everywhere, in all, in all themes, in all the themes, of all themes, in every theme, in all groups, in every group, in all rooms
    .notbefore = his, her, their, its, my, our, your, the, these, those, of
category-spam = advertising
    .brief = advertising
    .words = spam, advertising, advert, adverts, advertisement, advertisements, chain letter, chain letters, chain message, chain messages, scam link, scam links, scam attempt, scam attempts
    .only = scam, scams
category-flood = too many messages in a row
    .brief = too many messages
    .words = flooding the group, floods the group, flooding the chat, flood of messages, too many messages
category-doxxing = somebody's private data
    .brief = private data
    .words = doxxing, doxing, personal data, private data
category-threat = threats
    .brief = threats
    .words = threat, threats, threaten, threatens, threatened, threatening
category-hate = hate
    .brief = hate
    .words = hate, hatred, hateful, racism, racist, racists, xenophobia, xenophobic, homophobia, homophobic, transphobia, transphobic, discrimination, discriminates, discriminating, discriminatory
category-impersonation = posing as somebody else
    .brief = impersonation
    .words = impersonation, impersonates, impersonating, impersonated, impersonate, pretends to be, pretending to be, passing for, poses as, posing as, fake profile
category-illegal = what the law forbids
    .brief = what is illegal
    .words = illegal, against the law, the law forbids, forbidden by law
category-off-topic = off topic, after two reminders
    .brief = off topic after two reminders
    .words = off topic, offtopic
protected-disagreement = disagreement
    .brief = disagreeing
    .words = disagree, disagrees, disagreed, disagreeing, disagreement, disagreements, opinion, different opinions, their opinions
    .only = opinions
protected-criticism = criticism, of an official too
    .brief = criticising
    .words = criticism, criticisms, criticise, criticises, criticised, criticising, criticize, criticizes, criticized, criticizing
    .only = critique, critiques
protected-party = being for or against a party
    .brief = belonging to a party
    .words = partisan, partisans, political party, political parties, another party, other party, their party, his party, her party, party member, party members, of a party, for a party, against a party, supports a party, supporting a party, political opinion, political views
    .only = party, parties, politics
rule-seconders = supports for a nomination
    .words = seconds, seconders, supports
rule-mandate-days = length of a mandate
    .words = mandate
rule-idle-days = time without activity that ends a mandate
    .words = idle
rule-delegates = moderators, at most
    .words = delegates, moderators, seats
rule-objection-hours = time to object
    .words = objection, objections
rule-vote-hours = length of a vote
    .words = vote
rule-recall-days = time to join a recall
    .words = recall
rule-pause-minutes = pause by one moderator
    .words = pause
rule-long-pause-minutes = pause by two
    .words = long pause
rule-mute-hours = mute by one moderator
    .words = mute
rule-long-mute-hours = mute by two
    .words = long mute
rule-suspension-days = suspension by two
    .words = suspension
rule-long-suspension-days = suspension by vote
    .words = long suspension
rule-confirmation-hours = time to confirm
    .words = confirmation
rule-report-hours = time to answer a report
    .words = report, reports
rule-appeal-hours = time to decide an appeal
    .words = appeal, appeals
rule-wave-joins = joins within an hour that count as a wave, at least
    .words = wave, joins
rule-approval-hours = time of joining by approval
    .words = approval
rule-group-admins = moderators are admins of their WhatsApp groups, too
    .words = group admins, group administrators
whether-yes = yes
    .words = yes
whether-no = no
    .words = no

## How long, who, why

minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
and-last = { $first } and { $last }
somebody = somebody
why-both = { $category } ("{ $reason }")
why-reason = "{ $reason }"

## What is logged

log-declared = *{ $by }* says that they work for *{ $organisation }*{ $official ->
        [yes] , which is a state institution
       *[no] {""}
    }.
log-undeclared = *{ $by }* says that they take part on their own behalf.
log-nominated =
    🙋 *{ $by }* proposes *{ $who }* as a moderator of this theme. { $missing ->
        [0] {""}
        [one] { $missing } more person has to support it:
       *[other] { $missing } more people have to support it:
    } *!{ command-second.word } @{ $who }*. *{ $who }* can say yes: *!{ command-accept.word }*
log-seconded = *{ $by }* supports *{ $who }* as a moderator. { $missing ->
        [0] { $others ->
            [yes] So far all the support is from one organisation: somebody who is not of it is needed, too.
           *[no] That is enough support.
        }
        [one] { $missing } more person is needed.
       *[other] { $missing } more people are needed.
    }
log-countersigned = *{ $by }*, who facilitates this theme, agrees that *{ $who }* moderate in its first days.
log-agreed = *{ $who }* is ready to moderate, if the community wants it. Thank you!
log-announced = *{ $who }* will moderate this theme in { $length }. If you don't agree: *!{ command-object.word } @{ $who }*. If several people object, there is a vote.
log-objected = *{ $by }* does not want *{ $who }* to moderate. If several people object, there is a vote.
log-seated = ✅ *{ $who }* moderates this theme from now on, for { $length }. Who moderates: *{ command-delegates.example }*
log-left =
    { $why ->
        [expired] The mandate of *{ $who }* has ended. Thank you for moderating! To go on, another nomination: *!{ command-nominate.word } @{ $who }*
        [idle] *{ $who }* has been away for a while and no longer moderates. Another nomination is welcome: *!{ command-nominate.word } @{ $who }*
        [recalled] The community has decided: *{ $who }* no longer moderates. To propose somebody else: *{ command-nominate.example }*
        [resigned] *{ $who }* no longer moderates. Thank you for everything! To propose somebody else: *{ command-nominate.example }*
        [rejected] The community has voted: *{ $who }* does not moderate this time. To propose somebody else: *{ command-nominate.example }*
        [objected] Several people objected, and there are too few of us for a vote: for now *{ $who }* does not moderate. They can be proposed again: *!{ command-nominate.word } @{ $who }*
        [stale] The nomination of *{ $who }* has lapsed: too few supported it, or it was not accepted. It can be made again: *!{ command-nominate.word } @{ $who }*
        [no_seat] *{ $who }* does not moderate for now: there is no free seat. Who moderates: *{ command-delegates.example }*
        [suspended] *{ $who }* no longer moderates while out of the theme.
       *[renewed] *{ $who }* has a new mandate.
    }
log-recalled = *{ $by }* asks that *{ $who }* stop moderating. Reason: { $reason }. To join: *!{ command-recall.word } @{ $who } reason*. If several people ask for it, there is a vote.
log-vote-opened =
    🗳️ Vote *{ $vote }*: { $question }
    To vote: *!{ command-vote.word } yes { $vote }* or *!{ command-vote.word } no { $vote }*, for { $length }. { $roll } people can vote; at least { $quorum } have to.{ $reach ->
        [everywhere] {" "}The other themes where they have written vote on it, too: each decides for itself.
        [brought] {" "}It was asked for in *{ $theme }*, for all themes; here this theme decides.
       *[here] {""}
    }
question-seat = shall *{ $who }* moderate this theme?
question-recall = shall *{ $who }* stop moderating?
question-case = shall *{ $who }* be out of the theme for { $length }? Reason: { $why } (case { $case }).
question-appeal = shall case { $case } end, as *{ $who }* asks?
question-rule = shall "{ $rule }" be { $value }?
log-voted = *{ $by }* votes { $yes ->
        [yes] yes
       *[no] no
    } in vote *{ $vote }*. It can be changed until the vote ends.
log-vote-closed =
    🗳️ Vote *{ $vote }* has ended: { $question }
    Yes: { $yes }. No: { $no }. { $end ->
        [passed] The answer is yes.
        [failed] There were not enough votes for a yes.
       *[few] It does not count: at least { $quorum } had to vote.
    }
log-flagged = *{ $by }* points out that a message is off topic.
log-enrolled = In vote *{ $vote }* { $roll } more people can vote.
log-unflagged = *{ $by }* takes back that a message is off topic.
log-asked =
    🤝 *{ $by }* proposes { $measure ->
        [redirect] moving what began with a message of *{ $who }* elsewhere
        [focus] keeping to the theme for { $length }
        [pause] pausing the theme for { $length }
        [approval] making newcomers wait to be let in, for { $length }
        [hide] hiding a message of *{ $who }*
        [mute] muting *{ $who }* for { $length }
       *[suspend] keeping *{ $who }* out { $reach ->
            [everywhere] for { $length }, in each theme where they wrote and that votes for it
           *[here] of the theme for { $length }
        }
    }. Reason: { $why }. Another moderator has to agree, within { $wait }: *!{ command-confirm.word } { $case }*
log-brought = 🤝 In *{ $theme }*, *{ $by }* asked to keep *{ $who }* out of all themes for { $length }. Reason: { $why }. Here this theme decides, by a vote (case { $case }).
log-in-force =
    { $measure ->
        [redirect] 🧭 What began with a message of *{ $who }* is off topic. The message stays; the talk goes on in the open debate.
        [focus] 🎯 For { $length } we keep to the theme here. Replies to the tangent go to the open debate; everything else goes on as always, and nothing is deleted.
        [pause] ⏸️ The theme takes a break of { $length }: meanwhile only moderators and facilitators can write (on WhatsApp, the admins of a group; the bridge can be written to privately). Reason: { $why }.
        [approval] 🚪 For { $length } newcomers wait until a moderator lets them in: *!{ command-admit.word }*. Nobody is kept out by that: anybody still waiting at the end comes in. Reason: { $why }.
        [hide] A message of *{ $who }* is hidden. Reason: { $why }.
        [mute] *{ $who }* can't write here for { $length }. Reason: { $why }. Their votes, supports and reactions still count.
       *[suspend] *{ $who }* is out of the theme for { $length }, and can come back then. Reason: { $why }.
    } { $decided ->
        [flags] Pointed out by { $by }
        [vote] Decided by a vote
        [one] Decided by { $by }
       *[other] Decided by { $by }
    } (case { $case }).{ $measure ->
        [redirect] {""}
        [pause] {""}
        [focus] {""}
        [approval] {""}
       *[other] {" "}If it is about you and not fair: *!{ command-appeal.word } { $case } …*, in the theme or by writing to the bridge privately.
    }
log-confirm-by = Unless another moderator confirms it within { $wait }, it will be posted again: *!{ command-confirm.word } { $case }*
log-native =
    ✋ *{ $by }* { $measure ->
        [redirect] took a message of *{ $who }* elsewhere
        [pause] let only its admins write in a group
        [approval] made people wait to be let in
        [focus] asked to keep to the theme
        [hide] deleted a message of *{ $who }*
        [mute] kept *{ $who }* from writing
       *[suspend] removed *{ $who }*
    } by hand. { $again ->
        [0] It needs a reason, and moderators who confirm it within { $wait }; otherwise it is undone: *!{ command-explain.word } { $case } …*
       *[other] The same was done recently and no moderator confirmed it (case { $again }), so it is undone right now. { $measure ->
            [pause] If it is needed, moderators decide: *!{ command-pause.word } 15m …*
            [hide] If there is a reason, moderators decide: *!{ command-hide.word } …*, in reply to the message.
           *[other] If there is a reason, two moderators decide: *!{ command-suspend.word } @{ $who } 3d …*
        }
    }
log-outlawed = ⛔ The bridge's operator took out a message of *{ $who }*, for something that the law forbids: { $reason }. It is not kept, and can't be posted again (case { $case }). If that was a mistake: *!{ command-appeal.word } { $case } …*
log-explained = *{ $by }* gives the reason for case { $case }: { $why }.{ $lasts ->
        [yes] {" "}It would last { $length }.
       *[no] {""}
    } Moderators can confirm it: *!{ command-confirm.word } { $case }*
log-confirmed = *{ $by }* agrees: it stays as it is (case { $case }).
log-lift-asked = *{ $by }* proposes to end case { $case } early. Another moderator has to agree: *!{ command-lift.word } { $case }*
log-over =
    { $why ->
        [expired] The time is over
        [lifted] { $by } { $deciders ->
            [one] ended it
           *[other] ended it
        }
        [unconfirmed] No other moderator confirmed it in time
        [unexplained] It was done by hand again without a reason
        [reversed] The appeal was right
       *[rejected] The vote did not approve it
    }: { $measure ->
        [redirect] what began with a message of *{ $who }* is part of the theme again; its copy stays in the open debate
        [focus] everything can be replied to here, as always
        [pause] everybody can write again
        [approval] nobody has to wait any more, and those who waited can come in
        [hide] the message of *{ $who }* can be read again
        [outlawed] what *{ $who }* wrote should not have been taken out. No copy was kept, so it can't be published again; they can write it again
        [mute] *{ $who }* can write again
       *[suspend] *{ $who }* can take part again
    } (case { $case }).
log-put-to-vote = Case { $case } is put to the vote.
log-reported =
    📮 Report *{ $report }* came in ({ $category }). { $owners ->
        [0] No moderator is free to look at it: more are needed.
       *[other] *{ $by }* is looking at it, and will answer here within { $wait }.
    } Whoever reports is not named, and a report by itself does nothing to anybody.
log-report-passed = Report *{ $report }* still had no answer: now *{ $by }* is looking at it, and will answer here within { $wait }.
log-report-closed =
    { $outcome ->
        [acted] Report *{ $report }* was acted on: case { $case }.
        [settled] *{ $by }* looked at report *{ $report }*, and nothing more is needed: { $why }.
       *[unanswered] Report *{ $report }* got no answer. More moderators are needed: *{ command-nominate.example }*
    }
log-appealed =
    ⚖️ *{ $who }* appeals case { $case }: { $why }. { $judges ->
        [vote] A vote of the theme decides.
        [nobody] Nobody uninvolved is free to decide: unless somebody upholds it within { $wait }, it ends.
       [one] { $by }, who had no part in it, decides within { $wait }: *!{ command-judge.word } { $code } { $case } ends* or *!{ command-judge.word } { $code } { $case } stands*.
       *[panel] { $by }, who had no part in it and were drawn by lot, decide within { $wait }: *!{ command-judge.word } { $code } { $case } ends* or *!{ command-judge.word } { $code } { $case } stands*. Two who agree are enough.
    }
log-judged = ⚖️ *{ $by }* decides that case { $case } { $reverse ->
        [yes] ends
       *[no] stands
    }.
log-appeal-closed =
    ⚖️ Appeal against case { $case }: { $upheld ->
        [yes] it stays as it was, until its end.
       *[no] the appeal was right.
    }
log-wave = 🌊 { $people } people joined within an hour. Is everything all right? If not, a moderator (or a facilitator, while there is none) can have people wait to be let in for some hours: *!{ command-approval.word } 12h*
log-admitted = *{ $by }* { $yes ->
        [yes] lets { $names } in.
       *[no] does not let { $names } in.
    }{ $explained ->
        [yes] { " " }Reason: { $reason }.
       *[no] { "" }
    }
why-wave = many people joined at once
log-rule-changed = 📜 A new rule: { $rule }: *{ $value }*. All of them: *{ command-rules.example }*
log-digest =
    📒 Since last week { $entries ->
        [one] { $entries } entry was
       *[other] { $entries } entries were
    } added to the moderation log of this theme. All of it is here: { $link }
    Entry { $last }, with its hash: { $hash }
report-taken =
    Thank you for telling us. It is report *{ $report }*: { $owners ->
        [0] no moderator is free right now, and we are looking for one.
       *[other] *{ $owner }* will look at it within { $hours ->
            [one] { $hours } hour
           *[other] { $hours } hours
        }.
    } The outcome will be in the public log, and I will tell you here; your name is in no log.
report-to-you =
    📮 Report *{ $report }* of "{ $theme }" is yours to look at: { $why }, about *{ $about }*.{ $quoted ->
        [yes] {" "}The message begins: "{ $words }".
       *[no] {""}
    } See what happened, and within { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    } do what is needed in the theme (*!{ command-help.word } { topic-measures.word }*), or say why nothing is: *!{ command-resolve.word } { $code } { $report } …* Nobody knows who reported it.
ask-to-join =
    🚪 Asking to come in: { $names }. A moderator can let them in (*!{ command-admit.word }*, or *!{ command-admit.word } @name*) or not (*!{ command-turn-away.word } @name reason*).
undone-there =
    In the group *{ $group }* { $what ->
        [pause] the pause can't be made: people can still write there
        [pause-over] the pause can't be ended: only its admins can still write there
        [approval] people can't be asked to wait before they come in: the link still lets them in there
        [approval-over] people can't be let in again without waiting: there its admins still decide
        [hide] the message can't be deleted: it can still be seen there
        [mute] what a muted person writes can't be deleted: it can be seen there, and reaches nobody else
        [suspend] whoever is out of the theme can't be removed: they may stay there, and what they write reaches nobody else
        [admins] its admins can't be changed: moderators neither become admins there nor stop being admins
       *[suspend-over] whoever can come back can't be added again
    }{ $case ->
        [0] {""}
       *[other] {" "}(case { $case })
    }
not-admin-there = 🔑 { undone-there }. The bridge is no admin there. An admin of that group can make it one; whatever is still in force is then done.
refused-there = ⚠️ { undone-there }. WhatsApp does not accept it, and it is not tried again.
admin-there-now = 🔑 In the group *{ $group }* the bridge is an admin now: what could not be done before and is still in force is done there, too. Thank you!
creator-stays-there =
    🔑 In the group *{ $group }* somebody who is out of the theme can't be removed{ $case ->
        [0] {""}
       *[other] {" "}(case { $case })
    }: they created that group, and WhatsApp lets nobody remove them. What they write there reaches nobody else.
not-addable-there =
    🔑 In the group *{ $group }* somebody who can come back could not be added: the settings of their phone do not allow it. { $invited ->
        [yes] They were sent an invitation privately.
       *[no] An admin of that group who has them among their contacts can add them.
    }
not-invited = ✉️ *{ $who }*, who can come back into the room now, could not be invited: their server does not answer, or does not accept it. They can come in by themselves, by the room's link.
come-back-invited = You can come back to "{ $theme }". As your phone lets nobody add you to groups, here is the invitation: it is only for you, and works for a few days. See you there!
rehearsed-begin = *This is what it would do* (a rehearsal: nothing was done):
rehearsed-nothing = This would do nothing.

## Rules, and who moderates

rules =
    👥 *How "{ $theme }" is looked after*
    • *Moderators:* up to { $delegates } people, for { $mandate }. Somebody proposes them (*!{ command-nominate.word }*), { $seconders ->
        [one] { $seconders } more supports it
       *[other] { $seconders } more support it
    } (*!{ command-second.word }*), they accept (*!{ command-accept.word }*), and there are { $objection } to *!{ command-object.word }*. To end it: *!{ command-recall.word }*
    • *One moderator:* pause { $pause }, mute { $mute }, make people wait to be let in ({ $approval }), hide what is urgent: unless another confirms it within { $confirmation }, it is posted again.
    • *Two:* hide for another reason, pause { $longPause }, mute { $longMute }, suspend { $suspension }.
    • *A vote:* suspend up to { $longSuspension }, or from all themes (*everywhere*); change the rules (*!{ command-change-rule.word }*). Also after { $objectors } objections ({ $objectorsShare } %) or { $recallers } calls to *!{ command-recall.word }* ({ $recallersShare } %). It counts if { $quorum } people vote ({ $quorumShare } %); to suspend or change rules, { $greatQuorum } ({ $greatQuorumShare } %). The % is of those who take part; the higher number counts.
    • *Reasons:* { $categories }. There are no others.
    • *Never for:* { $protected }.
    • *Something wrong?* *!{ command-report.word }*: it is not said who reported it.
    • *About you, and not fair?* *!{ command-appeal.word }* and the number of the case: three moderators of other themes decide.
    These two also work by writing to the bridge privately. Nobody loses their vote. Who moderates: *{ command-delegates.example }*. What was done, who decided it, why and until when:
rules-group-admins = Moderators are also admins of the WhatsApp groups they are in, by a vote.
bench-begin = Moderators of *{ $theme }*:
bench-none = Nobody moderates *{ $theme }* yet.
bench-seat = *{ $name }* ({ $left } left)
bench-few = More moderators are needed: two at least. Who could? *{ command-nominate.example }*
bench-cases = Open cases: { $cases }
bench-log =
    Log: { $entries ->
        [one] { $entries } entry
       *[other] { $entries } entries
    } ({ $head }). The rules: *{ command-rules.example }*. To read it:

## When moderating is not possible like this

hindered-whom-asked = Who is meant? Use @ and their name, or reply to a message of theirs. More: *!{ command-help.word } { topic-measures.word }*
hindered-which-of-two = Is it about *{ $one }* or *{ $other }*? Write it again: with @ and their name, without replying to anybody else; or as a reply to their message, without naming anybody else. More: *!{ command-help.word } { topic-measures.word }*
hindered-unknown-name = I can't find "{ $name }" here. Choose the name from the list after @, or reply to a message of theirs. More: *!{ command-help.word } { topic-measures.word }*
hindered-not-seen = *{ $name }* has not written in this theme yet, so that is not possible for now. The rules: *{ command-rules.example }*
hindered-oneself = You can't do that to yourself: it has to be somebody else. The rules: *{ command-rules.example }*
hindered-the-bridge = That is a message of the bridge. Reply to a person's instead, or use @ and their name. More: *!{ command-help.word } { topic-measures.word }*
hindered-newcomer = For that you need to have taken part for 3 days, on 2 different days. Until then you can propose: *{ command-propose.example }*
hindered-they-are-new = *{ $name }* has been here for a very short time: you can propose them in a few days. Who moderates: *{ command-delegates.example }*
hindered-delegate-already = *{ $name }* moderates this theme already. Who moderates: *{ command-delegates.example }*
hindered-nominated-already = *{ $name }* is nominated already. To support it: *!{ command-second.word } @{ $name }*
hindered-recall-voted = Whether *{ $name }* goes on moderating is being voted on: the vote decides. To vote: *!{ command-vote.word } yes* or *!{ command-vote.word } no*
hindered-not-again-yet =
    The community recently decided that *{ $name }* should not moderate. They can be nominated again in { $days ->
        [one] { $days } day
       *[other] { $days } days
    }. Until then, somebody else: *{ command-nominate.example }*
hindered-not-nominated = Nobody has proposed *{ $name }* yet. To do so: *!{ command-nominate.word } @{ $name }*
hindered-nobody-nominated-you = Nobody has proposed you as a moderator yet. Somebody else can: *{ command-nominate.example }*
hindered-done-already = That is noted already. Thank you! How things stand: *{ command-delegates.example }*
hindered-seconds-missing =
    { $missing ->
        [one] { $missing } more person has
       *[other] { $missing } more people have
    } to support that nomination: *{ command-second.example }*
hindered-no-objection-now = You can't object to *{ $name }* now: that is possible between the last support and the start of their mandate. Later: *!{ command-recall.word } @{ $name } reason*
hindered-no-seat = There is no free seat. Who moderates: *{ command-delegates.example }*
hindered-no-delegate = *{ $name }* does not moderate this theme. Who moderates: *{ command-delegates.example }*
hindered-not-yours =
    { $delegates ->
        [0] Moderators do that, and there are none yet. Who could? *{ command-nominate.example }*
       *[other] The moderators of this theme do that: *{ command-delegates.example }*. Three people together can point out a tangent, by replying to it: *{ command-redirect.example }*
    }
hindered-reason-asked = Why? Write it again with the reason at the end. The valid ones: *{ command-rules.example }*
hindered-category-asked = Which of these reasons is it? { $categories }. It goes at the end. More: *{ command-rules.example }*
hindered-protected = Nobody is kept from speaking for this: { $protected }. You can reply, or point out a tangent: *{ command-redirect.example }*
hindered-pointers-first =
    "Off topic" is a reason only after two reminders, and there { $sofar ->
        [0] were none
        [one] was { $sofar }
       *[other] were { $sofar }
    }. To give one, reply to the message: *{ command-redirect.example }*
hindered-length-asked = For how long? For example 15m, 6h or 3d; up to { $length } is possible. More: *!{ command-help.word } { topic-measures.word }*
hindered-too-long = That is too long: up to { $length } is possible. The rules: *{ command-rules.example }*
hindered-message-asked = Which message? Reply to it with the command. More: *!{ command-help.word } { topic-measures.word }*
hindered-nobody-waits = Nobody by that name is waiting. To let in those who are: *!{ command-admit.word }*
hindered-not-a-persons = That is a message of the bridge. Reply to a person's, for example *{ command-hide.example }*
hindered-part-of-it = You were part of that conversation within the last 24 hours: another moderator should decide. Who they are: *{ command-delegates.example }*
hindered-which-case = Which case? With its number, like *{ command-confirm.example }*. The numbers: *{ command-delegates.example }*
hindered-which-appeal = There is more than one case about you: { $cases }. Which one do you appeal? With its number: *!{ command-appeal.word } { $number } …*
hindered-no-such-case = There is no case { $number } here. Those that are open: *{ command-delegates.example }*
hindered-case-over = Case { $number } is over. Those that are open: *{ command-delegates.example }*
hindered-reason-first = Case { $number } has no reason yet: *!{ command-explain.word } { $number } …*
hindered-nothing-to-confirm = Case { $number } needs no confirmation. To end it: *!{ command-lift.word } { $number }*
hindered-too-few-to-vote =
    { $can ->
        [0] Nobody can vote yet
        [one] Only { $can } person can vote
       *[other] Only { $can } people can vote
    }, and { $needed } are needed: for now no vote is opened. People can vote once they have taken part for 3 days, on 2 different days. What is possible without a vote: *{ command-rules.example }*
hindered-asked-otherwise = Somebody asked for the same already, for another reason or another length: it is case { $number }. If you agree with that: *!{ command-confirm.word } { $number }*
hindered-rule-voted = That rule is being voted on already: vote { $number }. To vote: *!{ command-vote.word } { $number } yes* or *!{ command-vote.word } { $number } no*
hindered-being-voted = Case { $number } is being voted on: the vote decides. To vote: *!{ command-vote.word } yes* or *!{ command-vote.word } no*
hindered-voted-in = Case { $number } was decided by a vote: it ends when its time is over. Who moderates: *{ command-delegates.example }*
hindered-outlawed = Case { $number } is for something that the law forbids: the bridge's operator took it out. If that was a mistake, its author can appeal: *!{ command-appeal.word } { $number } …*
hindered-second-needed = Case { $number } needs another moderator. Who they are: *{ command-delegates.example }*
hindered-which-vote = In which vote? With its number, like *{ command-vote.example }*
hindered-no-such-vote = No vote { $number } is open here. How to vote: *{ command-vote.example }*
hindered-not-on-roll = Only people who already took part when that vote began can vote in it. You can in the next one. The rules: *{ command-rules.example }*
hindered-so-already = That is so already. How things stand: *{ command-delegates.example }*
hindered-looked-at =
    { $closed ->
        [yes] That has been looked at, and the outcome is in the log.
       *[no] That has been reported, and is being looked at. Thank you!
    } How things stand: *{ command-delegates.example }*
hindered-reports-open = Thank you for telling us! { $open } reports of yours are being looked at: as soon as one of them has an outcome, you can send this one. Who moderates: *{ command-delegates.example }*
hindered-which-report = Which report? With its number, as in *{ command-resolve.example }*
hindered-no-such-report = No report { $number } is open. This is how one is closed: *{ command-resolve.example }*
hindered-nothing-to-appeal = Nothing is in force against you in this theme now, so there is nothing to appeal. Open cases: *{ command-delegates.example }*
hindered-not-your-case = Case { $number } is not about you: the person it is about can appeal. The rules: *{ command-rules.example }*
hindered-appeal-asked = What should those who decide know? Write it after the number: *!{ command-appeal.word } { $number } …*
hindered-appealed-already = Case { $number } has been appealed before, and that is possible only once. How things stand: *{ command-delegates.example }*
hindered-mandate-over = You were drawn for case { $number } as a moderator, and your mandate is over: the others decide. To moderate again: *{ command-nominate.example }*
hindered-not-on-panel = Others decide on case { $number }, drawn by lot. Who they are is in the log: *{ command-delegates.example }*
hindered-muted = You can write again in { $length }. Until then you can react, support (*{ command-support.example }*) and vote (*{ command-vote.example }*). Not fair? You can appeal: *!{ command-appeal.word } …*, here or by writing to the bridge privately.
hindered-out = You are out of this theme for now, and can come back in { $length }. Until then, by writing to the bridge privately, you can appeal (*!{ command-appeal.word } …*) and vote (*{ command-vote.example }*).

## Open debate

debate-begins =
    🗣️ *Open debate: { $theme }*
    What leads away from the theme continues here. Anything can be talked about and nothing is deleted; once a week the theme is told what it was about.
debate-pointer =
    🧭 What *{ $who }* brought up goes on in the *open debate*: { $link }
    To join in from here, reply to this message. { $deciders ->
        [one] Pointed out by
       *[other] Pointed out by
    } { $by } (case { $case }).
debate-here = Here we go on with *{ $reference }* (*!{ command-show.word } { $reference }*).
debate-here-theme = Here we go on with *{ $theme }*.
debate-week =
    🗣️ This week in the *open debate*: { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    } from { $people ->
        [one] { $people } person
       *[other] { $people } people
    }.
debate-week-first = Most replied to: “{ $words }” ({ $who }).
debate-week-all = All of it: { $link }

## Hidden proposals

card-held = 🙈 *{ $reference }* has been hidden by the moderators (case { $case }). If that is lifted, it comes back as it was.
list-held = *{ $reference }* (hidden by the moderators)
refused-held-back = *{ $reference }* has been hidden by the moderators, and can't be changed meanwhile. The others: *{ command-list.example }*
refused-amendment-hidden = Change { $amendment } has been hidden by the moderators, and can't be decided on meanwhile. The others: *{ command-show.example }*
