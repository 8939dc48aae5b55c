### Guaraní: open for its speakers to fill, as gn.ftl is: nothing here was written by a machine, and nothing should be.

## Commands

# command-facilitate = facilitar los temas, con el código de un solo uso que dan quienes llevan el puente
#     .word = facilitar
#     .also = facilito, facilitador, facilitadora
#     .example = !facilitar K7QM-2XWD-9PTR

## Alone

# alone-help = Acá me escribís en privado: no se lee en el grupo ni en la sala. Tu voto, tu objeción y lo que digas al apelar sí quedan en el registro, con tu nombre; quién reporta, no. Con varios temas, el código va después del comando: *!{ command-rules.word } AGUA*. Se puede:
#     .end = Lo que es para todos se escribe en el grupo o en la sala del tema.
# alone-which-theme = ¿De qué tema? Va con su código, por ejemplo *{ $command } { $code }*. Los temas:
# alone-only-text = Acá leo solo texto. Qué se puede: *{ command-help.example }*
# alone-cannot-read = Esta sala está cifrada y acá no puedo leer. Para escribirme en privado, abrí conmigo una sala directa sin cifrado. Lo que es para todos se escribe en la sala del tema.
# alone-not-alone = En privado hablo con una sola persona, y acá entró alguien más: me voy. Para seguir, abrí otra sala directa conmigo.
# alone-facilitates = Listo: desde ahora facilitás todos los temas. Tu código ya no sirve para nadie más.
# alone-facilitates-no-more = Desde ahora ya no facilitás los temas. Gracias por lo que hiciste.
# alone-offered-on-whatsapp = También me podés escribir en privado: tocá mi nombre → Mensaje.
# alone-offered-on-matrix = También me podés escribir en privado: abrí conmigo una sala directa, sin cifrado.
# alone-offered-by-link = También me podés escribir en privado: { $link }

# refused-written-in-public = Esto lo leo solo yo. Lo que es para todos se escribe en el grupo o en la sala del tema. Qué se puede acá: *{ command-help.example }*
# refused-only-alone = Eso se me escribe en privado. Un código que se escribió acá ya no vale: hay que pedir otro.
# refused-no-facilitator-code = Ese código no vale: quizás le falta una letra, ya se usó, o pasaron sus 24 horas. Quienes llevan el puente pueden dar otro.
# refused-too-many-codes = Ya probaste varios códigos. En una hora se puede de nuevo.
