### English: what is said to one person privately.

## Commands

command-facilitate = facilitate the themes, by the one-time code that those who run the bridge give out
    .word = facilitate
    .also = facilitator
    .example = !facilitate K7QM-2XWD-9PTR

## Privately

alone-help = Here you write to me privately: neither the group nor the room reads it. Your vote, your objection and what you say in an appeal are in the log, with your name; your reports are there without it. With several themes, the code follows the command: *!{ command-rules.word } AGUA*. You can:
    .end = Write what is for everybody in the group or in the room of the theme.
alone-which-theme = Which theme? With its code, for example *{ $command } { $code }*. The themes:
alone-only-text = Here I read text only. What can be done: *{ command-help.example }*
alone-cannot-read = This room is encrypted, and I can’t read here. To write to me privately, open a direct room with me without encryption. Write what is for everybody in the room of the theme.
alone-not-alone = In private I talk with one person only, and somebody else came in here, so I am leaving. To go on, open another direct room with me.
alone-facilitates = Done: from now on you facilitate all themes. Your code works for nobody else any more.
alone-facilitates-no-more = From now on you no longer facilitate the themes. Thank you for what you did.
alone-offered-on-whatsapp = You can also write to me privately: tap my name → Message.
alone-offered-on-matrix = You can also write to me privately: open a direct room with me, without encryption.
alone-offered-by-link = You can also write to me privately: { $link }

refused-written-in-public = Only I read this. Write what is for everybody in the group or in the room of the theme. What can be done here: *{ command-help.example }*
refused-only-alone = Write that to me privately. A code that was written here no longer works: ask for another.
refused-no-facilitator-code = That code does not work: maybe a letter is missing, it was used, or its 24 hours are over. Those who run the bridge can give another.
refused-too-many-codes = You have tried several codes. In an hour you can try again.
