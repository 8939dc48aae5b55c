### English: what is said to one person alone.

## Commands

command-facilitate = facilitate the themes, by the one-time code that those who run the bridge give out
    .word = facilitate
    .also = facilitator
    .example = !facilitate K7QM-2XWD-9PTR

## Alone

alone-help = Here you write to me alone: it is not read in the group or the room. Your vote, your objection and what you say in an appeal do stand in the log, with your name; who reports does not. With several themes, the code follows the command: *!{ command-rules.word } AGUA*. You can:
    .end = What is for everybody is written in the group or in the room of the theme.
alone-which-theme = Which theme? With its code, for example *{ $command } { $code }*. The themes:
alone-only-text = Here I read text only. What can be done: *{ command-help.example }*
alone-cannot-read = This room is encrypted, and I can’t read here. To write to me alone, open a direct room with me without encryption. What is for everybody is written in the room of the theme.
alone-not-alone = Alone I talk with one person only, and somebody else came in here: I am leaving. To go on, open another direct room with me.
alone-facilitates = Done: from now on you facilitate all themes. Your code works for nobody else any more.
alone-facilitates-no-more = From now on you no longer facilitate the themes. Thank you for what you did.
alone-offered-on-whatsapp = You can also write to me alone: tap my name → Message.
alone-offered-on-matrix = You can also write to me alone: open a direct room with me, without encryption.
alone-offered-by-link = You can also write to me alone: { $link }

refused-written-in-public = Only I read this. What is for everybody is written in the group or in the room of the theme. What can be done here: *{ command-help.example }*
refused-only-alone = That is written to me alone. A code that was written here is worth nothing any more: ask for another.
refused-no-facilitator-code = This code won’t do: maybe a letter is missing, it was used, or its 24 hours are over. Those who run the bridge can give another.
refused-too-many-codes = You have tried several codes. In an hour you can try again.
