### What the bridge says in English. Short, warm, plain.
### Each command: what it does; .word the word that is taught; .also others that are understood; .example how to write it.

## Commands

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
stayed-out = Done: from now on what you write stays here. What was shared before remains published. To share again: *{ command-come-back.example }*.
came-back = Good to have you back! From now on what you write reaches the whole theme again.
help-begin = What you can write here:
help-end = Write it at the beginning of a message, in Spanish or English. This theme is public, and the bridge never shows numbers.
near-miss = I don't know "{ $heard }". Is it *{ $nearest }*? All that you can write: *{ command-help.example }*.
too-many = That is a lot of messages in a short time: the next ones stay here for a while. Thanks for your patience!
only-in-its-theme = This person writes from WhatsApp and is only in the rooms of their themes: answer them there.
not-delivered = This message could not reach the rest of the theme. You can try again later.
digest =
    While nothing reached this group, { $people ->
        [one] { $people } person wrote
       *[other] { $people } people wrote
    } { $messages } messages elsewhere in this theme. All of them are here: { $link }
reactions-more =
    and { $more ->
        [one] { $more } other
       *[other] { $more } others
    }
organisers = Organizers
correction = ✏️ Correction:
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
page-not-found = There is no theme at this address. Perhaps a letter is missing, or one too many.
    .title = There is nothing here
page-not-allowed = These pages are only to look at, and to join the themes.
    .title = That can't be done here
