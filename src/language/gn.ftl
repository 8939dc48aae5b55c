### Guaraní: open for its speakers to fill. Nothing here was written by a machine, and nothing should be.
### Take the `# ` away from a line and put the Guaraní words in the place of the Spanish ones; what is still
### commented out is said in Spanish. Leave what stands in { } as it is. For each command: .word is the word
### that is taught, without `!`; .also are others that are understood; .example shows how it is written.

## Commands

# command-take-name = aparecer con otro nombre
#     .word = nombre
#     .also = apodo, seudonimo, minombre
#     .example = !nombre Sol
# command-drop-name = volver a tu nombre
#     .word = sinnombre
#     .also = sinapodo
#     .example = !sinnombre
# command-stay-out = que lo tuyo quede solo acá
#     .word = no
#     .also = salir
#     .example = !no
# command-come-back = volver a compartir lo que escribas
#     .word = si
#     .also = volver
#     .example = !si
# command-help = ver esta ayuda
#     .word = ayuda
#     .also = comandos
#     .example = !ayuda

## Notices

# welcome =
#     ¡Les damos la bienvenida a *{ $theme }*! Este tema es público: lo que se escribe acá se lee también en internet y en los otros grupos del tema, con el nombre de cada quien y nunca con su número.
#     Para usar otro nombre: *{ command-take-name.example }*. Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Todo lo demás: *{ command-help.example }*.
# group-description =
#     { $theme }. Este tema es público: cualquier persona puede leerlo en internet. En un grupo de WhatsApp los miembros ven los números de los demás, pero el puente no muestra ningún número en ninguna parte.
#     { command-take-name.example } para usar otro nombre · { command-stay-out.example } para que lo tuyo quede solo acá · { command-help.example } para saber más
# join-page = Para invitar a más personas: { $page }
# adoption-announced =
#     Este grupo se va a unir al tema público *{ $theme }* dentro de { $hours ->
#         [one] { $hours } hora
#        *[other] { $hours } horas
#     }. Desde entonces, y no antes, lo que se escriba acá se podrá leer también en internet, sin ningún número de teléfono.
#     Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Para usar otro nombre: *{ command-take-name.example }*.
# group-open = Desde ahora, este grupo y la sala pública de *{ $theme }* son una sola conversación: cualquier persona puede leerla en internet. Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Para saber más: *{ command-help.example }*.
# name-taken = Listo: desde ahora tu nombre acá es *{ $name }*. Para volver al de antes: *{ command-drop-name.example }*.
# name-taken-for-groups = Listo: en los grupos de WhatsApp tu nombre es *{ $name }*. En esta sala se sigue viendo el de tu cuenta. Para volver al de antes: *{ command-drop-name.example }*.
# name-refused =
#     { $why ->
#         [taken] Ese nombre se parece mucho al de otra persona que participa. ¿Puede ser otro?
#         [reserved] Ese nombre es de quienes cuidan este espacio. ¿Puede ser otro?
#         [number] Mejor un nombre sin números de teléfono, así nadie puede llamarte. ¿Cuál te gustaría?
#        *[length] El nombre puede tener de 2 a 32 letras. ¿Cuál te gustaría?
#     } Por ejemplo: *{ command-take-name.example }*
# name-asked = ¿Con qué nombre te gustaría aparecer? Por ejemplo: *{ command-take-name.example }*
# name-dropped = Listo: tu nombre acá vuelve a ser *{ $name }*.
# stayed-out = Listo: desde ahora lo que escribas queda solo acá. Lo que ya se compartió sigue publicado. Para volver a compartir: *{ command-come-back.example }*.
# came-back = ¡Qué bueno! Desde ahora lo que escribas vuelve a llegar a todo el tema.
# help-begin = Acá se puede escribir:
# help-end = Se escribe al comienzo del mensaje, en español o en inglés. Este tema es público, y el puente nunca muestra números.
# near-miss = No conozco «{ $heard }». ¿Será *{ $nearest }*? Todo lo que se puede escribir: *{ command-help.example }*.
# too-many = Son muchos mensajes en poco tiempo: los próximos quedan solo acá por un rato. ¡Gracias por la paciencia!
# only-in-its-theme = Esta persona escribe desde WhatsApp y está solo en las salas de sus temas: ahí se le puede contestar.
# not-delivered = Este mensaje no pudo llegar al resto del tema. Se puede intentar de nuevo más tarde.
# digest =
#     Mientras a este grupo no le llegaba nada, { $people ->
#         [one] { $people } persona escribió
#        *[other] { $people } personas escribieron
#     } { $messages } mensajes en el resto del tema. Están todos acá: { $link }
# reactions-more = y { $more } más
# correction = ✏️ Corrección:
# not-carried =
#     { $kind ->
#         [image] 📷 Foto
#         [video] 🎬 Video
#         [audio] 🎤 Audio
#         [document] 📄 Documento
#         [sticker] 🙂 Sticker
#         [contact] 👤 Contacto
#         [location] 📍 Ubicación
#         [poll] 📊 Encuesta
#         [event] 📅 Evento
#        *[other] 📎 Algo más
#     } (se ve solo en { $place })

## Public pages

# page-language = Español
# page-choose-theme = Cada tema es una conversación pública, por WhatsApp o por Matrix.
# page-all-themes = Todos los temas
# page-join-whatsapp = Entrar por WhatsApp
# page-join-matrix = Entrar por Matrix
# page-public = Este tema es público: lo que se escribe en sus grupos y en su sala lo puede leer cualquier persona en internet, con el nombre de cada quien.
# page-numbers = En un grupo de WhatsApp los miembros ven los números de los demás; el puente no muestra ningún número en ninguna parte.
# page-choices = Quien escribe *{ command-take-name.example }* aparece con otro nombre, y lo de quien escribe *{ command-stay-out.example }* queda solo en su grupo o en la sala.
# page-address = Esta dirección no cambia:
# page-print = Para imprimir, su código QR:
# page-full = Los grupos de WhatsApp de este tema están llenos. Pronto se abre otro, en esta misma dirección.
#     .title = No queda lugar
# page-no-group = Este tema todavía no tiene un grupo de WhatsApp. Cuando lo tenga, se entra por esta misma dirección.
#     .title = Todavía no hay grupo
# page-not-connected = Por WhatsApp no se puede entrar en este momento. En unos minutos se puede probar de nuevo.
#     .title = Un momento, por favor
# page-meanwhile = Mientras tanto, por Matrix se entra a la misma conversación.
# page-not-found = En esta dirección no hay ningún tema. Quizás le falta o le sobra una letra.
#     .title = Acá no hay nada
# page-not-allowed = Estas páginas son solo para mirar y para entrar a los temas.
#     .title = Eso no se puede hacer acá
