### What the bridge says in English. Short, warm, plain.
### Each command: what it does; .word the word that is taught; .also others that are understood; .example how to write it.

## Commands

command-propose = propose something; also as a reply to a message
    .word = proposal
    .also = propose
    .example = !proposal Clean water for the school
command-support = support a proposal, just like a 👍
    .word = support
    .also = endorse
    .example = !support AGUA-7
command-unsupport = no longer support it
    .word = unsupport
    .also = nosupport
    .example = !unsupport AGUA-7
command-list = see what is proposed
    .word = proposals
    .also = listproposals
    .example = !proposals
command-show = see a proposal in full
    .word = show
    .also = view
    .example = !show AGUA-7
command-amend = propose a change to a proposal
    .word = amend
    .also = amendment
    .example = !amend AGUA-7 the square -> the park
command-accept = accept a change to your proposal
    .word = accept
    .also = accepted
    .example = !accept 3
command-decline = decline a change to your proposal
    .word = decline
    .also = reject
    .example = !decline 3
command-promote = ask for a declined change to become a proposal
    .word = promote
    .also = promotion
    .example = !promote 3
command-edit = change the text of your proposal
    .word = edit
    .also = correct
    .title = title
    .example = !edit AGUA-7 We want clean water every day.
command-withdraw = withdraw your proposal
    .word = withdraw
    .also = retract
    .example = !withdraw AGUA-7
command-numbers = see how many take part
    .word = numbers
    .also = statistics
    .example = !numbers
command-link = count once with WhatsApp and Matrix
    .word = link
    .also = linkme
    .confirm = yes, itsme
    .example = !link
command-unlink = count separately again
    .word = unlink
    .also = nolink
    .example = !unlink
command-take-name = be shown under another name
    .word = name
    .also = nick, nickname, pseudonym
    .example = !name Sol
command-drop-name = go back to your own name
    .word = noname
    .also = nonick
    .example = !noname
command-stay-out = keep what you write here only
    .word = out
    .also = no, leave
    .example = !out
command-come-back = share what you write again
    .word = in
    .also = yes, back
    .example = !in
command-help = see this help
    .word = help
    .also = commands
    .example = !help

## Topics of help

topic-proposals = propose and support
    .word = proposals
    .also = proposal, propose, support
    .tip = The text goes below the title, in the same message. A 👍 on a proposal supports it; a reply comments on it.
topic-amendments = improve what is proposed
    .word = changes
    .also = change, amendments, amendment, edit
    .tip = With "->" a part of the text is changed; without, a paragraph is added.
topic-names = your name
    .word = name
    .also = names, privacy, leave
    .tip = Nobody sees your number through the bridge.
topic-accounts = your accounts
    .word = accounts
    .also = account, link
    .tip = Ask for the code on one side and write it on the other within 10 minutes. It is public, and up to you.

## Notices

welcome =
    Welcome to *{ $theme }*! This theme is public: what is written here is also read on the internet and in the theme's other groups, under each person's name and never with their number.
    To use another name: *{ command-take-name.example }*. To keep what you write here only: *{ command-stay-out.example }*. Everything else: *{ command-help.example }*.
group-description =
    { $theme }. This theme is public: anyone can read it on the internet. Members of a WhatsApp group see each other's numbers, but the bridge shows no number anywhere.
    { command-take-name.example } to use another name · { command-stay-out.example } to keep what you write here only · { command-help.example } to learn more
join-page = To invite more people: { $page }
adoption-announced =
    This group will join the public theme *{ $theme }* in { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    }. From then on, and not before, what is written here can also be read on the internet, without any phone number.
    To keep what you write here only: *{ command-stay-out.example }*. To use another name: *{ command-take-name.example }*.
group-open = From now on this group and the public room of *{ $theme }* are one conversation: anyone can read it on the internet. To keep what you write here only: *{ command-stay-out.example }*. To learn more: *{ command-help.example }*.
name-taken = Done: from now on your name here is *{ $name }*. To go back to the one before: *{ command-drop-name.example }*.
name-taken-for-groups = Done: in the WhatsApp groups your name is *{ $name }*. This room still shows the name of your account. To go back: *{ command-drop-name.example }*.
name-refused =
    { $why ->
        [taken] That name looks a lot like somebody else's here. Could it be another?
        [reserved] That name belongs to those who look after this place. Could it be another?
        [number] Better a name without phone numbers, so that nobody can call you. Which would you like?
       *[length] A name can have 2 to 32 letters. Which would you like?
    } For example: *{ command-take-name.example }*
name-asked = Which name would you like to be shown? For example: *{ command-take-name.example }*
name-dropped = Done: your name here is *{ $name }* again.
stayed-out = Done: from now on what you write stays here. What was shared before remains published. To share again: *{ command-come-back.example }*.{ $vote ->
        [0] {""}
       *[other] {" "}Was it a vote? Then: *{ command-come-back.example }*, and after that *!{ command-vote.word } no { $vote }*.
    }
came-back = Good to have you here! From now on what you write reaches the whole theme.{ $vote ->
        [0] {""}
       *[other] {" "}Was it a vote? Then: *!{ command-vote.word } yes { $vote }*.
    }
help-begin = What you can write here:
help-more = More: *!{ command-help.word }* and one of these words: { $topics }
help-end = Write it at the beginning of a message, in Spanish or English. This theme is public; the bridge shows no numbers.
near-miss = I don't know "{ $heard }". Is it *{ $nearest }*? All that you can write: *{ command-help.example }*.
near-miss-hidden = I don't know "{ $heard }". Is it *{ $nearest }*? Your message is out of sight, and only you read this. All that you can write: *{ command-help.example }*.
too-many = That is a lot of messages in a short time: the next ones stay here for a while. Thanks for your patience!
only-in-its-theme = This person writes from WhatsApp and is only in the rooms of their themes: reply to them there.
not-delivered = This message could not reach the rest of the theme. You can try again later.
digest =
    While nothing reached this group, { $people ->
        [one] { $people } person wrote
       *[other] { $people } people wrote
    } { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    } elsewhere in this theme. All of them are here: { $link }
reactions-more =
    and { $more ->
        [one] { $more } other
       *[other] { $more } others
    }
organisers = Organizers
correction = ✏️ Correction:
as-answered = says whoever answers
goes-on = … (it is long: the rest is at { $link })
not-carried =
    { $kind ->
        [image] 📷 Photo
        [video] 🎬 Video
        [audio] 🎤 Voice message
        [document] 📄 Document
        [sticker] 🙂 Sticker
        [contact] 👤 Contact
        [location] 📍 Place
        [poll] 📊 Poll
        [event] 📅 Event
       *[other] 📎 Something else
    } (to be seen on { $place } only)
card-title = 📌 *{ $reference } · { $title }*
card-withdrawn = Withdrawn by who proposed it.
card-erased = 📌 *{ $reference }* was withdrawn by who proposed it.
card-draft = It has no text yet: *!{ command-edit.word } { $reference } …*
card-more = It goes on in *!{ command-show.word } { $reference }*
card-authors =
    { $count ->
        [one] Proposed by { $authors }
       *[other] Proposed by { $authors }
    }
card-promoted = It began as a change to { $reference }.
act =
    { $deed ->
        [proposed] { $who } proposed { $reference }: { $title }
        [revised] { $who } changed { $reference }: { $title }
        [withdrawn] { $who } withdrew { $reference }
        [supported] { $who } supports { $reference }
        [unsupported] { $who } no longer supports { $reference }
        [amended] { $who } proposed amendment { $amendment } to { $reference }
        [accepted] { $who } accepted amendment { $amendment } to { $reference }
        [declined] { $who } declined amendment { $amendment } to { $reference }
        [held] { $reference } is hidden by those who moderate
        [restored] { $reference } can be read again: { $title }
       *[backed] { $who } would make amendment { $amendment } to { $reference } a proposal of its own
    }
card-support =
    👍 { $people ->
        [one] { $people } person supports it
       *[other] { $people } people support it
    }
card-networks = (WhatsApp { $whatsapp }, Matrix { $matrix })
card-amendments = ✏️ Changes to decide on: no. { $numbers } (*!{ command-show.word } { $reference }*)
card-how = To support: 👍 on this message or *!{ command-support.word } { $reference }*. To comment: reply to this message.
card-in-review = 🏛️ The institution is preparing its answer.
card-answered = 🏛️ The institution has answered.
supported =
    Thank you! { $people ->
        [one] { $people } person supports
       *[other] { $people } people support
    } *{ $reference }*.
unsupported =
    Done, you no longer support *{ $reference }*. { $people ->
        [0] Nobody supports it now.
        [one] { $people } person supports it.
       *[other] { $people } people support it.
    }
list-begin = Proposals of *{ $theme }*:
list-none = There are no proposals in *{ $theme }* yet. The first one? For example: *{ command-propose.example }*
list-item = *{ $reference }* { $title }
list-supported = *{ $reference }* { $title } (👍 { $people })
list-draft = *{ $reference }* { $title } (no text yet)
list-more = Page { $page } of { $pages }. More: *!{ command-list.word } { $next }*
list-end = To read one in full: *!{ command-show.word } { $reference }*
show-amendments = Proposed changes:
show-add = *{ $number }* ({ $by }): add "{ $new }"
show-replace = *{ $number }* ({ $by }): "{ $old }" → "{ $new }"
show-remove = *{ $number }* ({ $by }): take out "{ $old }"
show-decide = Who proposed it decides: *!{ command-accept.word } { $number }* or *!{ command-decline.word } { $number }*
show-how = To support: a 👍 on the proposal, or *!{ command-support.word } { $reference }*
show-amend = To propose a change: *!{ command-amend.word } { $reference } old -> new*
numbers =
    In *{ $theme }* { $people ->
        [one] { $people } person takes part
       *[other] { $people } people take part
    }.
    WhatsApp: { $whatsappPeople } ({ $whatsappMessages ->
        [one] { $whatsappMessages } message
       *[other] { $whatsappMessages } messages
    }). Matrix: { $matrixPeople } ({ $matrixMessages ->
        [one] { $matrixMessages } message
       *[other] { $matrixMessages } messages
    }).
    Proposals: { $proposals }. Supports: { $supports }.
revised = Done: *{ $reference }* has its new text.
withdrawn = Done: *{ $reference }* is withdrawn.
amended =
    ✏️ *{ $by }* proposes change *{ $amendment }* to *{ $reference }*.
    Who proposed it decides: *!{ command-accept.word } { $amendment }* or *!{ command-decline.word } { $amendment }*
amendment-accepted = ✅ Change *{ $amendment }* is part of *{ $reference }* now.
amendment-declined = Change *{ $amendment }* did not go into *{ $reference }*. If three people want it, it becomes a proposal: *!{ command-promote.word } { $amendment }*
backed =
    Noted: { $people ->
        [one] { $people } person wants
       *[other] { $people } people want
    } change *{ $amendment }* to become a proposal. { $needed } are needed.
link-offered = To link your accounts, write on { $on }, within { $minutes } minutes: *!{ command-link.word } { $code }*
link-claimed = *{ $name }* on { $on } says they are you. If so: *!{ command-link.word } yes*. If not, there is nothing to do.
link-to-confirm = Now say yes on { $on }: *!{ command-link.word } yes*
linked = Done: with *{ $name }* you count as one person. To undo that: *{ command-unlink.example }*
unlinked = Done: your accounts count separately again.

## When something can't be done

refused-stays-out = What you write stays here, and this is public. To take part: *{ command-come-back.example }*
refused-not-open-yet = This group has not joined the theme yet: soon it will be possible.
refused-title-asked = What do you propose, in a few words? For example: *{ command-propose.example }*. Details go below, in the same message.
refused-words-asked = Could somebody write down what that message says? Reply to it with *!{ command-propose.word } Title* and, below, its words.
refused-too-long = That is too long for a proposal: there is room for { $most } letters. Your message stays here as it is. Could you propose the main points, and tell the rest in replies to the proposal?
refused-proposed-already = That is a proposal already: *{ $reference }*. To support it: *!{ command-support.word } { $reference }*
refused-which-proposal = Which proposal? With its code, like *{ command-support.example }*, or by replying to it. All of them: *{ command-list.example }*
refused-no-such-proposal = There is no *{ $reference }* here. All of them: *{ command-list.example }*
refused-other-theme = *{ $reference }* is at home in the theme *{ $theme }*: support it and comment on it there.
refused-closed = *{ $reference }* is closed. What is proposed now: *{ command-list.example }*
refused-supported-already = You support *{ $reference }* already. Thank you!
refused-not-supported = There is no support of yours for *{ $reference }*. To support it: *!{ command-support.word } { $reference }*
refused-thumb-stands = Your support for *{ $reference }* is a 👍: to take it back, take the 👍 away from the proposal.
refused-not-yours = Only who proposed *{ $reference }* can change it. To suggest a change: *!{ command-amend.word } { $reference } old -> new*
refused-text-asked = What should it say? For example: *!{ command-edit.word } { $reference } We want clean water every day.*
refused-nothing-new = *{ $reference }* says that already.
refused-change-asked = What should change? For example: *!{ command-amend.word } { $reference } the square -> the park*, or a paragraph to add.
refused-passage-gone = That part does not stand like this in *{ $reference }*. To copy it as it stands: *!{ command-show.word } { $reference }*
refused-passage-doubled = That part stands in *{ $reference }* more than once. A few more words around it tell which one.
refused-which-amendment = Which change? With its number, like *{ command-accept.example }*. The numbers are in *{ command-show.example }*
refused-no-such-amendment = There is no change { $amendment } here. The numbers are in *{ command-show.example }*
refused-decided-already = Change { $amendment } has been decided on already.
refused-not-declined = Who made the proposal has not decided on change { $amendment } yet. If it is declined, it can be promoted.
refused-backed-already = It is noted already that you want change { $amendment } as a proposal. Thank you!
refused-linked-already = That account is linked already. To undo that: *{ command-unlink.example }*
refused-not-linked = Your account is not linked with any. To link it: *{ command-link.example }*
refused-no-such-code = That code does not hold, or its 10 minutes are over. To ask for another, on the other network: *{ command-link.example }*
refused-code-of-this-network = That code is to be written on { $on }.
refused-code-of-other-theme = That code was given in the theme *{ $theme }*: write it there.
refused-code-used = Somebody else has written that code already. To ask for another, on the other network: *{ command-link.example }*
refused-confirm-there = That is to be confirmed on { $on }, where the code was given.
refused-not-claimed-yet = First, on { $on }: *!{ command-link.word } { $code }*
refused-nothing-to-confirm = There is nothing to confirm. It begins with *{ command-link.example }*

## Public pages

page-language = English
page-choose-theme = Each theme is a public conversation, on WhatsApp or on Matrix.
page-all-themes = All themes
page-join-whatsapp = Join on WhatsApp
page-join-matrix = Join on Matrix
page-public = This theme is public: what is written in its groups and in its room can be read by anyone on the internet, under each person's name.
page-numbers = Members of a WhatsApp group see each other's numbers; the bridge shows no number anywhere.
page-choices = Whoever writes *{ command-take-name.example }* is shown under another name, and what is written after *{ command-stay-out.example }* stays in the group or in the room alone.
page-address = This address never changes:
page-print = To print it, its QR code:
page-full = The WhatsApp groups of this theme are full. Another one opens soon, at this same address.
    .title = There is no room left
page-no-group = This theme has no WhatsApp group yet. Once it has one, this same address leads there.
    .title = There is no group yet
page-not-connected = Joining on WhatsApp does not work at the moment. Please try again in some minutes.
    .title = One moment, please
page-meanwhile = In the meantime, Matrix leads into the same conversation.
page-log = What was done to look after the conversation, why, who decided it and until when; the latest first. If something is about you and not fair: *!{ command-appeal.word }* and the number of the case, in the theme or by writing to the bridge privately. If you see something wrong: *!{ command-report.word }*
    .title = Log of moderation
page-log-empty = Nothing was done yet: all that is done to look after the conversation will stand here.
page-log-away = It can't be shown now. Try again in a few minutes.
page-log-goes-on = All of it, for anybody to check, is in the log's room:
page-not-found = There is no theme at this address. Perhaps a letter is missing, or one too many.
    .title = There is nothing here
page-not-allowed = These pages are only to look at, and to join the themes.
    .title = That can't be done here
