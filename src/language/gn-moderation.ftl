### Guaraní: open for its speakers to fill, as gn.ftl is: nothing here was written by a machine, and nothing should be.
### .words are whole words that are understood; .only, if there are no others.

## Commands

# command-nominate = proponer que alguien modere
#     .word = nominar
#     .also = nomino, nominacion
#     .example = !nominar @nombre
# command-second = apoyar esa nominación
#     .word = avalar
#     .also = avalo, aval
#     .example = !avalar @nombre
# command-object = decir que no a una nominación
#     .word = objetar
#     .also = objeto, objecion
#     .example = !objetar @nombre
# command-resign = dejar de moderar
#     .word = renunciar
#     .also = renuncio
#     .example = !renunciar
# command-recall = pedir que alguien deje de moderar
#     .word = revocar
#     .also = revoco
#     .example = !revocar @nombre no explica lo que hace
# command-vote = votar
#     .word = voto
#     .also = votar
#     .yes = si, a favor, afavor
#     .no = no, contra, en contra, encontra
#     .among = a, en, la, el, por, de, del, que, votacion, por favor, porfavor, porfa, gracias, muchas gracias, claro, por supuesto, mi voto es
#     .example = !voto sí 3
# command-organisation = decir dónde trabajás
#     .word = organizacion
#     .also = miorganizacion
#     .none = ninguna, ninguno, nada, nadie
#     .example = !organizacion Vecinas del Lago
# command-institution = lo mismo, si es del Estado
#     .word = institucion
#     .also = miinstitucion
#     .example = !institucion Municipalidad
# command-redirect = llevar al debate libre algo que se va del tema
#     .word = desvio
#     .also = desviar, fueradetema
#     .example = !desvio
# command-rules = ver las reglas
#     .word = reglas
#     .also = normas
#     .example = !reglas
# command-delegates = ver quiénes moderan
#     .word = delegados
#     .also = delegadas, moderadores
#     .example = !delegados
# command-pause = pausar el tema un rato
#     .word = pausa
#     .also = pausar
#     .example = !pausa 15m mucho enojo
# command-hide = ocultar el mensaje que se responde
#     .word = ocultar
#     .also = oculto
#     .example = !ocultar publicidad
# command-mute = que alguien no escriba
#     .word = silenciar
#     .also = silencia
#     .example = !silenciar @nombre 6h publicidad
# command-suspend = que alguien quede fuera
#     .word = suspender
#     .also = suspendo
#     .example = !suspender @nombre 3d amenaza
# command-approval = que se espere para entrar
#     .word = aprobacion
#     .also = aprobaciones
#     .example = !aprobacion 12h cuentas raras
# command-admit = dejar entrar a quien espera
#     .word = aprobar
#     .also = apruebo
#     .example = !aprobar @nombre
# command-turn-away = no dejar entrar
#     .word = noaprobar
#     .also = nodejarentrar
#     .example = !noaprobar @nombre cuenta falsa
# command-confirm = confirmar lo que otra persona pidió
#     .word = confirmar
#     .also = confirmo
#     .example = !confirmar 3
# command-lift = terminar un caso antes de tiempo
#     .word = levantar
#     .also = levanto
#     .example = !levantar 3
# command-report = avisar a quienes moderan, sin que se anote quién fue
#     .word = reportar
#     .also = reporto, reporta, reporte, reportamos, denunciar, denuncio, denuncia, denunciamos
#     .example = !reportar @nombre amenaza
# command-resolve = cerrar un reporte con lo que se vio
#     .word = resuelto
#     .also = resolver
#     .example = !resuelto 3 hablamos y quedó claro
# command-appeal = reclamar contra lo que se decidió sobre vos
#     .word = apelar
#     .also = apelo, apelacion
#     .example = !apelar 3 no fue así
# command-judge = decidir sobre una apelación, si te tocó
#     .word = fallo
#     .also = fallar
#     .yes = termina, terminar, termine, terminado, anular, anula, anule, revertir, revierte
#     .no = sigue, seguir, siga, mantener, mantiene, mantenga
#     .negation = no, ni, nunca, tampoco
#     .example = !fallo 3 termina
# command-change-rule = llevar una regla a votación
#     .word = norma
#     .also = cambiarnorma
#     .among = a, en, de, la, el
#     .example = !norma silencio 12
# command-explain = dar el motivo de algo hecho a mano
#     .word = motivo
#     .also = motivos
#     .example = !motivo 3 publicidad
# command-rehearse = ver qué haría una orden
#     .word = ensayo
#     .also = ensayar
#     .example = !ensayo !pausa 15m enojo

## Topics of help

# topic-moderation = quiénes moderan
#     .word = moderacion
#     .also = moderar, moderadores, delegados, reglas, votar
#     .tip = Si te nominan: *!{ command-accept.word }*. Quien modera: *!{ command-help.word } { topic-measures.word }*
# topic-measures = qué hacen quienes moderan
#     .word = medidas
#     .also = medida, silenciar, suspender, pausa, ocultar
#     .tip = Con motivo y final: *{ command-rules.example }*. También: *!{ command-help.word } { topic-joining.word }*
# topic-complaints = avisar o reclamar
#     .word = reclamos
#     .also = reclamo, reporte, reportes, apelacion, apelaciones, denuncia
#     .tip = También en privado: escribile al puente con el nombre del tema, por ejemplo *!{ command-report.word } agua @nombre amenaza*. En público el aviso se borra en el momento.
# topic-joining = quién entra, si llegan muchas personas a la vez
#     .word = entrada
#     .also = entradas, entrar, ola, aprobacion
#     .tip = Termina sin que nadie haga nada, o antes: *!{ command-lift.word }*

## Words for whom, for how long and why

# whom =
#     .before = a, al
# length =
#     .minute = m, min, mins, minuto, minutos
#     .hour = h, hs, hora, horas
#     .day = d, dia, dias
#     .week = sem, semana, semanas
#     .one = un, una
#     .half = medio, media
#     .and = y
#     .before = por, durante
#     .notafter = en, cada, hace, dentro
# everywhere =
#     .words = en todas, en todos, en todos los temas, de todos los temas, en todas las salas, en todos los grupos, de todos los grupos, en todas partes, en todos lados, en todos los lados
#     .notbefore = sus, su, los, las, mis, nuestros, nuestras, estos, estas, lo, la, el
# category-spam = publicidad
#     .brief = publicidad
#     .words = spam, publicidad, propaganda comercial, cadena, cadenas, enlace de estafa, enlaces de estafa, link de estafa, links de estafa, intento de estafa, intentos de estafa
#     .only = estafa, estafas
# category-flood = demasiados mensajes seguidos
#     .brief = demasiados mensajes
#     .words = flood, inundar el grupo, inunda el grupo, inundando el grupo, inundar el chat, inunda el chat, inundacion de mensajes, avalancha de mensajes, catarata de mensajes, demasiados mensajes, muchos mensajes
# category-doxxing = datos personales de alguien
#     .brief = datos personales
#     .words = doxxing, doxing, datos personales, datos privados, dato personal
# category-threat = amenazas
#     .brief = amenazas
#     .words = amenaza, amenazas, amenazan, amenazar, amenazo, amenazaron, amenazaba, amenazando, amenazante, amenazantes
# category-hate = odio
#     .brief = odio
#     .words = odio, discriminacion, discrimina, discriminan, discriminar, discriminando, discriminatorio, discriminatoria, discriminatorios, discriminatorias, racismo, racista, racistas, xenofobia, xenofobo, xenofoba, xenofobos, xenofobas, homofobia, homofobo, homofoba, homofobos, homofobas, homofobico, homofobica, transfobia
# category-impersonation = hacerse pasar por otra persona
#     .brief = suplantación
#     .words = suplantacion, suplanta, suplantan, suplantar, suplanto, suplantando, se hace pasar, se hacen pasar, hacerse pasar, haciendose pasar, se hizo pasar, identidad falsa, perfil falso
# category-illegal = algo que la ley prohíbe
#     .brief = lo ilegal
#     .words = ilegal, ilegales, contra la ley, prohibe la ley, la ley prohibe, la ley lo prohibe
# category-off-topic = fuera de tema, después de dos avisos
#     .brief = fuera de tema tras dos avisos
#     .words = fuera de tema, fuera del tema, se va del tema
# protected-disagreement = el desacuerdo
#     .brief = pensar distinto
#     .words = desacuerdo, desacuerdos, no estoy de acuerdo, no esta de acuerdo, no estan de acuerdo, piensa distinto, piensan distinto, pensar distinto, piensa diferente, piensan diferente, pensar diferente, piensa otra cosa, opina, opinan, opinar, opinando, opino, opinion, sus opiniones, opiniones distintas
#     .only = opiniones
# protected-criticism = la crítica, también a una autoridad
#     .brief = criticar
#     .words = criticar, criticarle, criticando, critican, criticaba, criticaron, criticas a, criticas al, criticas contra, critica a, critica al, critica contra, critica la, critica el, critica las, critica los, critica todo, critico a, critico al, critico la, critico el, una critica, su critica, sus criticas, esa critica, esta critica, hace criticas, muchas criticas, las criticas
#     .only = critica, criticas, la critica
# protected-party = ser de un partido, o estar en contra
#     .brief = ser de un partido
#     .words = partidario, partidaria, partidarios, partidarias, partido politico, partidos politicos, otro partido, otros partidos, su partido, mi partido, ese partido politico, es de un partido, es del partido, son de un partido, son del partido, ser de un partido, ser del partido, contra un partido, a favor de un partido, apoya un partido, apoya a un partido, milita en un partido, partido de gobierno, partido oficialista, partido opositor, partido de la oposicion, oficialista, oficialistas, opositor, opositora, opositores, opinion politica, ideas politicas, su politica, postura politica, posicion politica, politica partidaria, motivos politicos, razones politicas, por politica
#     .only = partido, partidos, politica, politico, politicos
# rule-seconders = apoyos para una nominación
#     .words = apoyos, avales
# rule-mandate-days = duración de un mandato
#     .words = mandato
# rule-idle-days = tiempo sin actividad para dejar el lugar
#     .words = inactividad
# rule-delegates = personas que moderan, como máximo
#     .words = delegados, delegadas, moderadores, lugares
# rule-objection-hours = tiempo para objetar
#     .words = objecion, objeciones
# rule-vote-hours = duración de una votación
#     .words = votacion, voto
# rule-recall-days = tiempo para juntarse y revocar
#     .words = revocacion, revocar
# rule-pause-minutes = pausa que decide una persona
#     .words = pausa
# rule-long-pause-minutes = pausa que deciden dos
#     .words = pausa larga
# rule-mute-hours = silencio que decide una persona
#     .words = silencio
# rule-long-mute-hours = silencio que deciden dos
#     .words = silencio largo
# rule-suspension-days = suspensión que deciden dos
#     .words = suspension
# rule-long-suspension-days = suspensión que decide una votación
#     .words = suspension larga
# rule-confirmation-hours = tiempo para confirmar
#     .words = confirmacion
# rule-report-hours = tiempo para contestar un reporte
#     .words = reporte, reportes
# rule-appeal-hours = tiempo para decidir una apelación
#     .words = apelacion, apelaciones
# rule-wave-joins = entradas en una hora que hacen una ola, como mínimo
#     .words = ola, entradas
# rule-approval-hours = tiempo en que se espera para entrar
#     .words = aprobacion
# rule-group-admins = quienes moderan administran también sus grupos de WhatsApp
#     .words = administradores, administran, admin, admins, administradores grupos
# whether-yes = sí
#     .words = si
# whether-no = no
#     .words = no

## How long, who, why

# minutes =
#     { $count ->
#         [one] { $count } minuto
#        *[other] { $count } minutos
#     }
# hours =
#     { $count ->
#         [one] { $count } hora
#        *[other] { $count } horas
#     }
# days =
#     { $count ->
#         [one] { $count } día
#        *[other] { $count } días
#     }
# and-last = { $first } y { $last }
# somebody = alguien
# why-both = { $category } («{ $reason }»)
# why-reason = «{ $reason }»

## What is logged

# log-declared = *{ $by }* cuenta que trabaja en *{ $organisation }*{ $official ->
#         [yes] , que es del Estado
#        *[no] {""}
#     }.
# log-undeclared = *{ $by }* cuenta que participa sin ninguna organización.
# log-nominated =
#     🙋 *{ $by }* propone a *{ $who }* para moderar este tema. { $missing ->
#         [0] {""}
#         [one] Falta { $missing } apoyo:
#        *[other] Faltan { $missing } apoyos:
#     } *!{ command-second.word } @{ $who }*. *{ $who }* puede decir que sí: *!{ command-accept.word }*
# log-seconded = *{ $by }* apoya que *{ $who }* modere. { $missing ->
#         [0] { $others ->
#             [yes] Hasta acá todos los apoyos son de una misma organización: falta el de alguien que no sea de ella.
#            *[no] Ya tiene los apoyos que hacen falta.
#         }
#         [one] Falta { $missing } apoyo.
#        *[other] Faltan { $missing } apoyos.
#     }
# log-countersigned = *{ $by }*, que facilita este tema, está de acuerdo con que *{ $who }* modere en los primeros días.
# log-agreed = *{ $who }* acepta moderar, si la comunidad quiere. ¡Gracias!
# log-announced = *{ $who }* va a moderar este tema dentro de { $length }. Quien no esté de acuerdo: *!{ command-object.word } @{ $who }*. Si hay varias objeciones, se vota.
# log-objected = *{ $by }* no está de acuerdo con que *{ $who }* modere. Si hay varias objeciones, se vota.
# log-seated = ✅ *{ $who }* modera este tema desde ahora, durante { $length }. Quiénes moderan: *{ command-delegates.example }*
# log-left =
#     { $why ->
#         [expired] El mandato de *{ $who }* llegó a su fin. ¡Gracias por moderar! Para seguir, otra nominación: *!{ command-nominate.word } @{ $who }*
#         [idle] *{ $who }* deja de moderar porque hace mucho que no pasa por acá. Puede volver con otra nominación: *!{ command-nominate.word } @{ $who }*
#         [recalled] La comunidad lo decidió: *{ $who }* deja de moderar. Para proponer a otra persona: *{ command-nominate.example }*
#         [resigned] *{ $who }* deja de moderar. ¡Gracias por todo! Para proponer a otra persona: *{ command-nominate.example }*
#         [rejected] La votación no alcanzó: por ahora *{ $who }* no modera. Para proponer a otra persona: *{ command-nominate.example }*
#         [objected] Hubo varias objeciones y somos pocas personas para votar: por ahora *{ $who }* no modera. Se puede proponer de nuevo: *!{ command-nominate.word } @{ $who }*
#         [stale] La nominación de *{ $who }* quedó sin efecto: faltaron apoyos o su «acepto». Se puede proponer de nuevo: *!{ command-nominate.word } @{ $who }*
#         [no_seat] *{ $who }* no modera por ahora: no hay lugar libre. Quiénes moderan: *{ command-delegates.example }*
#         [suspended] *{ $who }* deja de moderar mientras queda fuera del tema.
#        *[renewed] *{ $who }* tiene un mandato nuevo.
#     }
# log-recalled = *{ $by }* pide que *{ $who }* deje de moderar. Motivo: { $reason }. Para sumarse: *!{ command-recall.word } @{ $who } motivo*. Si lo piden varias personas, se vota.
# log-vote-opened =
#     🗳️ Votación *{ $vote }*: { $question }
#     Para votar: *!{ command-vote.word } sí { $vote }* o *!{ command-vote.word } no { $vote }*, durante { $length }. Pueden votar { $roll } personas; tienen que ser { $quorum } o más.{ $reach ->
#         [everywhere] {" "}Los otros temas donde escribió lo votan aparte: cada uno decide por sí mismo.
#         [brought] {" "}En *{ $theme }* se pidió para todos los temas; acá decide este.
#        *[here] {""}
#     }
# question-seat = ¿que *{ $who }* modere este tema?
# question-recall = ¿que *{ $who }* deje de moderar?
# question-case = ¿que *{ $who }* quede fuera del tema durante { $length }? Motivo: { $why } (caso { $case }).
# question-appeal = ¿que termine el caso { $case }, como pide *{ $who }*?
# question-rule = ¿que «{ $rule }» pase a ser { $value }?
# log-voted = *{ $by }* vota { $yes ->
#         [yes] sí
#        *[no] no
#     } en la votación *{ $vote }*. Hasta que termine se puede cambiar.
# log-vote-closed =
#     🗳️ Terminó la votación *{ $vote }*: { $question }
#     Sí: { $yes }. No: { $no }. { $end ->
#         [passed] Salió que sí.
#         [failed] No alcanzó para un sí.
#        *[few] No vale: tenían que votar { $quorum } o más.
#     }
# log-flagged = *{ $by }* señala que un mensaje se va del tema.
# log-enrolled = En la votación *{ $vote }* pueden votar { $roll } personas más.
# log-unflagged = *{ $by }* retira lo que había señalado: que un mensaje se va del tema.
# log-asked =
#     🤝 *{ $by }* propone { $measure ->
#         [redirect] llevar a otro lado lo que empezó con un mensaje de *{ $who }*
#         [focus] ocuparnos del tema durante { $length }
#         [pause] pausar el tema durante { $length }
#         [approval] que quien entre espere a que le abran, durante { $length }
#         [hide] ocultar un mensaje de *{ $who }*
#         [mute] que *{ $who }* no escriba durante { $length }
#        *[suspend] que *{ $who }* quede fuera { $reach ->
#             [everywhere] durante { $length }, en cada tema donde escribió y que lo vote
#            *[here] del tema durante { $length }
#         }
#     }. Motivo: { $why }. Falta que otra persona que modera esté de acuerdo, en { $wait }: *!{ command-confirm.word } { $case }*
# log-brought = 🤝 En *{ $theme }*, *{ $by }* pidió que *{ $who }* quede fuera de todos los temas durante { $length }. Motivo: { $why }. Acá decide este tema, con una votación (caso { $case }).
# log-in-force =
#     { $measure ->
#         [redirect] 🧭 Lo que empezó con un mensaje de *{ $who }* se va del tema. El mensaje queda; la charla sigue en el debate libre.
#         [focus] 🎯 Durante { $length } acá nos ocupamos del tema. Lo que responde al desvío va al debate libre; todo lo demás sigue como siempre, y nada se borra.
#         [pause] ⏸️ El tema hace una pausa de { $length }: mientras tanto escriben solo quienes moderan y facilitan (en WhatsApp, quienes administran el grupo; al puente se le puede escribir en privado). Motivo: { $why }.
#         [approval] 🚪 Durante { $length } quien entra espera a que alguien que modera le abra: *!{ command-admit.word }*. Nadie queda afuera por eso: al terminar entran quienes sigan esperando. Motivo: { $why }.
#         [hide] Un mensaje de *{ $who }* queda oculto. Motivo: { $why }.
#         [mute] *{ $who }* no escribe acá durante { $length }. Motivo: { $why }. Sus votos, apoyos y reacciones siguen valiendo.
#        *[suspend] *{ $who }* queda fuera del tema durante { $length }; después puede volver. Motivo: { $why }.
#     } { $decided ->
#         [flags] Lo señalaron { $by }
#         [vote] Lo decidió una votación
#         [one] Lo decidió { $by }
#        *[other] Lo decidieron { $by }
#     } (caso { $case }).{ $measure ->
#         [redirect] {""}
#         [pause] {""}
#         [focus] {""}
#         [approval] {""}
#        *[other] {" "}Si se trata de vos y no es justo: *!{ command-appeal.word } { $case } …*, en el tema o escribiéndole al puente en privado.
#     }
# log-confirm-by = Si nadie más que modere lo confirma en { $wait }, se vuelve a publicar: *!{ command-confirm.word } { $case }*
# log-native =
#     ✋ *{ $by }* { $measure ->
#         [redirect] llevó a otro lado un mensaje de *{ $who }*
#         [pause] hizo que en un grupo escriban solo quienes lo administran
#         [approval] hizo que para entrar haya que esperar
#         [focus] pidió ocuparnos del tema
#         [hide] borró un mensaje de *{ $who }*
#         [mute] hizo que *{ $who }* no pueda escribir
#        *[suspend] sacó a *{ $who }*
#     } a mano. { $again ->
#         [0] Hace falta un motivo, y que quienes moderan lo confirmen en { $wait }; si no, vuelve todo como estaba: *!{ command-explain.word } { $case } …*
#        *[other] Lo mismo ya se hizo hace poco y nadie que modere lo confirmó (caso { $again }), así que se deshace ahora mismo. { $measure ->
#             [pause] Si hace falta, lo decide quien modera: *!{ command-pause.word } 15m …*
#             [hide] Si hay un motivo, lo deciden quienes moderan: *!{ command-hide.word } …*, en respuesta al mensaje.
#            *[other] Si hay un motivo, lo deciden dos que moderan: *!{ command-suspend.word } @{ $who } 3d …*
#         }
#     }
# log-outlawed = ⛔ Quien opera el puente sacó un mensaje de *{ $who }*, por algo que la ley prohíbe: { $reason }. No se guarda y no se puede volver a publicar (caso { $case }). Si fue un error: *!{ command-appeal.word } { $case } …*
# log-explained = *{ $by }* da el motivo del caso { $case }: { $why }.{ $lasts ->
#         [yes] {" "}Duraría { $length }.
#        *[no] {""}
#     } Quienes moderan pueden confirmarlo: *!{ command-confirm.word } { $case }*
# log-confirmed = *{ $by }* está de acuerdo: queda como está (caso { $case }).
# log-lift-asked = *{ $by }* propone terminar el caso { $case } antes de tiempo. Falta que otra persona que modera esté de acuerdo: *!{ command-lift.word } { $case }*
# log-over =
#     { $why ->
#         [expired] Se cumplió el tiempo
#         [lifted] { $by } { $deciders ->
#             [one] decidió terminarlo
#            *[other] decidieron terminarlo
#         }
#         [unconfirmed] Nadie más que modere lo confirmó a tiempo
#         [unexplained] Se hizo a mano otra vez sin motivo
#         [reversed] Se dio la razón a quien apeló
#        *[rejected] La votación no lo aprobó
#     }: { $measure ->
#         [redirect] lo que empezó con un mensaje de *{ $who }* es otra vez parte del tema; su copia queda en el debate libre
#         [focus] se puede responder a todo acá, como siempre
#         [pause] se puede escribir
#         [approval] se entra sin esperar, y quienes esperaban ya pueden entrar
#         [hide] el mensaje de *{ $who }* se puede leer
#         [outlawed] lo que *{ $who }* escribió no tenía que sacarse. No se guardó ninguna copia, así que no se puede volver a publicar; puede escribirlo de nuevo
#         [mute] *{ $who }* puede escribir
#        *[suspend] *{ $who }* puede participar
#     } (caso { $case }).
# log-put-to-vote = El caso { $case } pasa a votación.
# log-reported =
#     📮 Llegó el reporte *{ $report }* ({ $category }). { $owners ->
#         [0] Nadie que modere está libre para mirarlo: hace falta más gente.
#        *[other] Lo mira *{ $by }*, que contesta acá dentro de { $wait }.
#     } Quien avisa no se nombra, y un reporte solo no le hace nada a nadie.
# log-report-passed = El reporte *{ $report }* seguía sin respuesta: ahora lo mira *{ $by }*, que contesta acá dentro de { $wait }.
# log-report-closed =
#     { $outcome ->
#         [acted] El reporte *{ $report }* se atendió: caso { $case }.
#         [settled] *{ $by }* miró el reporte *{ $report }* y no hace falta más: { $why }.
#        *[unanswered] El reporte *{ $report }* quedó sin respuesta. Hace falta más gente que modere: *{ command-nominate.example }*
#     }
# log-appealed =
#     ⚖️ *{ $who }* apela el caso { $case }: { $why }. { $judges ->
#         [vote] Lo decide una votación del tema.
#         [nobody] Nadie que no haya tenido parte está libre para decidir: si en { $wait } nadie lo sostiene, termina.
#        [one] Decide { $by }, que no tuvo parte, en { $wait }: *!{ command-judge.word } { $code } { $case } termina* o *!{ command-judge.word } { $code } { $case } sigue*.
#        *[panel] Deciden { $by }, que no tuvieron parte y salieron por sorteo, en { $wait }: *!{ command-judge.word } { $code } { $case } termina* o *!{ command-judge.word } { $code } { $case } sigue*. Con dos que coincidan alcanza.
#     }
# log-judged = ⚖️ *{ $by }* decide que el caso { $case } { $reverse ->
#         [yes] termine
#        *[no] siga
#     }.
# log-appeal-closed =
#     ⚖️ Apelación del caso { $case }: { $upheld ->
#         [yes] queda como estaba, hasta su final.
#        *[no] quien reclamó tenía razón.
#     }
# log-wave = 🌊 Entraron { $people } personas en una hora. ¿Todo bien? Si no, quien modera (o facilita, mientras no haya nadie) puede pedir que por unas horas se entre con aprobación: *!{ command-approval.word } 12h*
# log-admitted = *{ $by }* { $yes ->
#         [yes] deja entrar a { $names }.
#        *[no] no deja entrar a { $names }.
#     }{ $explained ->
#         [yes] { " " }Motivo: { $reason }.
#        *[no] { "" }
#     }
# why-wave = entraron muchas personas a la vez
# log-rule-changed = 📜 Regla nueva: { $rule }: *{ $value }*. Todas: *{ command-rules.example }*
# log-digest =
#     📒 Desde la semana pasada se { $entries ->
#         [one] anotó { $entries } cosa
#        *[other] anotaron { $entries } cosas
#     } sobre la moderación de este tema. Todo está acá: { $link }
#     Anotación { $last }, con su huella: { $hash }
# report-taken =
#     Gracias por avisar. Es el reporte *{ $report }*: { $owners ->
#         [0] ahora no hay nadie libre entre quienes moderan, y se busca a alguien.
#        *[other] lo mira *{ $owner }* dentro de { $hours ->
#             [one] { $hours } hora
#            *[other] { $hours } horas
#         }.
#     } El resultado queda en el registro público, y te lo cuento acá; tu nombre no queda en ningún registro.
# report-to-you =
#     📮 Te toca el reporte *{ $report }* de «{ $theme }»: { $why }, sobre *{ $about }*.{ $quoted ->
#         [yes] {" "}El mensaje empieza así: «{ $words }».
#        *[no] {""}
#     } Mirá qué pasó, y en { $hours ->
#         [one] { $hours } hora
#        *[other] { $hours } horas
#     } hacé lo que haga falta en el tema (*!{ command-help.word } { topic-measures.word }*), o contá por qué no hace falta: *!{ command-resolve.word } { $code } { $report } …* Nadie sabe quién avisó.
# ask-to-join =
#     🚪 { $count ->
#         [one] Pide entrar
#        *[other] Piden entrar
#     }: { $names }. Quien modera puede abrirles (*!{ command-admit.word }*, o *!{ command-admit.word } @nombre*) o no (*!{ command-turn-away.word } @nombre motivo*).
# undone-there =
#     En el grupo *{ $group }* { $what ->
#         [pause] no se puede hacer la pausa: ahí se sigue pudiendo escribir
#         [pause-over] no se puede terminar la pausa: ahí todavía escribe solo quien administra
#         [approval] no se puede pedir que la gente espere para entrar: ahí se sigue entrando por el enlace
#         [approval-over] no se puede dejar entrar otra vez sin esperar: ahí todavía decide quien administra
#         [hide] no se puede borrar el mensaje: ahí se sigue viendo
#         [mute] no se puede borrar lo que escribe quien está en silencio: ahí queda a la vista, y no llega a nadie más
#         [suspend] no se puede sacar a quien está fuera del tema: ahí puede seguir, y lo que escriba no llega a nadie más
#         [admins] no se puede cambiar quién administra: quien modera no pasa a administrar por eso, ni deja de hacerlo
#        *[suspend-over] no se puede agregar de nuevo a quien ya puede volver
#     }{ $case ->
#         [0] {""}
#        *[other] {" "}(caso { $case })
#     }
# not-admin-there = 🔑 { undone-there }. Es porque ahí el puente no es administrador. Quien administra ese grupo puede nombrarlo; entonces se cumple lo que siga vigente.
# refused-there = ⚠️ { undone-there }. Es porque WhatsApp no lo acepta, y no se vuelve a intentar.
# admin-there-now = 🔑 En el grupo *{ $group }* el puente ya es administrador: lo que no se había podido hacer y sigue vigente se cumple ahora ahí también. ¡Gracias!
# creator-stays-there =
#     🔑 En el grupo *{ $group }* no se puede sacar a quien está fuera del tema{ $case ->
#         [0] {""}
#        *[other] {" "}(caso { $case })
#     }: es quien creó ese grupo, y WhatsApp no deja que nadie le saque. Lo que escriba ahí no llega a nadie más.
# not-addable-there =
#     🔑 En el grupo *{ $group }* no se pudo agregar de nuevo a quien ya puede volver: así lo pide la configuración de su teléfono. { $invited ->
#         [yes] Se le mandó una invitación, a solas.
#        *[no] Quien administra ese grupo, si está entre sus contactos, puede agregarle.
#     }
# not-invited = ✉️ No se pudo invitar a *{ $who }*, que ya puede entrar a la sala: su servidor no responde, o no lo acepta. Puede entrar por su cuenta, por el enlace de la sala.
# come-back-invited = Ya podés volver a «{ $theme }». Como tu teléfono no deja que te agreguen a grupos, te mando la invitación: es solo para vos, y vale unos días. ¡Te esperamos!
# rehearsed-begin = *Esto haría* (es un ensayo: no se hizo nada):
# rehearsed-nothing = Esto no haría nada.

## Rules, and who moderates

# rules =
#     👥 *Cómo se cuida «{ $theme }»*
#     • *Moderan* hasta { $delegates } personas por { $mandate }: alguien propone (*!{ command-nominate.word }*), { $seconders ->
#         [one] { $seconders } más apoya
#        *[other] { $seconders } más apoyan
#     } (*!{ command-second.word }*), esa persona acepta (*!{ command-accept.word }*) y hay { $objection } para *!{ command-object.word }*. Para que deje: *!{ command-recall.word }*
#     • *Una persona que modera:* pausar { $pause }, silenciar { $mute }, pedir que se espere para entrar ({ $approval }), ocultar lo urgente: si otra no lo confirma en { $confirmation }, se vuelve a publicar.
#     • *Dos:* ocultar por otro motivo, pausar { $longPause }, silenciar { $longMute }, suspender { $suspension }.
#     • *Una votación:* suspender hasta { $longSuspension }, o de todos los temas (*en todas*); cambiar las reglas (*!{ command-change-rule.word }*). También se vota con { $objectors } objeciones ({ $objectorsShare } %) o { $recallers } pedidos de *!{ command-recall.word }* ({ $recallersShare } %). Vale si votan { $quorum } personas ({ $quorumShare } %); para suspender o cambiar reglas, { $greatQuorum } ({ $greatQuorumShare } %). El % es de quienes participan; cuenta lo que sea más.
#     • *Motivos:* { $categories }. No hay otros.
#     • *Nunca por:* { $protected }.
#     • *¿Ves algo mal?* *!{ command-report.word }*: no se dice quién avisó.
#     • *¿Es sobre vos y no es justo?* *!{ command-appeal.word }* y el número del caso: deciden tres de otros temas.
#     Estas dos, también escribiéndole al puente en privado. Nadie pierde su voto. Quiénes moderan: *{ command-delegates.example }*. Qué se hizo, quién lo decidió, por qué y hasta cuándo:
# rules-group-admins = Quienes moderan administran también los grupos de WhatsApp en que están: así se votó.
# bench-begin = Moderan *{ $theme }*:
# bench-none = Todavía nadie modera *{ $theme }*.
# bench-seat = *{ $name }* ({ $left } más)
# bench-few = Faltan personas que moderen: por lo menos dos. ¿Quién puede? *{ command-nominate.example }*
# bench-cases = Casos abiertos: { $cases }
# bench-log =
#     Registro: { $entries ->
#         [one] { $entries } anotación
#        *[other] { $entries } anotaciones
#     } ({ $head }). Las reglas: *{ command-rules.example }*. Para leerlo:

## When moderating is not possible like this

# hindered-whom-asked = ¿De quién se trata? Con @ y su nombre, o respondiendo a un mensaje suyo. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-which-of-two = ¿Se trata de *{ $one }* o de *{ $other }*? Escribilo de nuevo: con @ y su nombre, sin responder a otra persona; o respondiendo a su mensaje, sin nombrar a nadie más. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-unknown-name = Acá no encuentro a «{ $name }». Se puede elegir el nombre en la lista después de @, o responder a un mensaje suyo. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-not-seen = *{ $name }* todavía no escribió en este tema: por ahora no se puede. Las reglas: *{ command-rules.example }*
# hindered-oneself = Eso no vale para vos: tiene que ser otra persona. Las reglas: *{ command-rules.example }*
# hindered-the-bridge = Ese mensaje es del puente. Mejor responder al de una persona, o con @ y su nombre. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-newcomer = Para eso hace falta participar desde hace 3 días y en 2 días distintos. Mientras tanto se puede proponer: *{ command-propose.example }*
# hindered-they-are-new = *{ $name }* participa desde hace muy poco: se le puede proponer en unos días. Quiénes moderan: *{ command-delegates.example }*
# hindered-delegate-already = *{ $name }* ya modera este tema. Quiénes moderan: *{ command-delegates.example }*
# hindered-nominated-already = *{ $name }* ya tiene una nominación. Para apoyarla: *!{ command-second.word } @{ $name }*
# hindered-recall-voted = Se está votando si *{ $name }* sigue moderando: lo decide la votación. Para votar: *!{ command-vote.word } sí* o *!{ command-vote.word } no*
# hindered-not-again-yet =
#     La comunidad decidió hace poco que *{ $name }* no modere. Se puede proponer de nuevo en { $days ->
#         [one] { $days } día
#        *[other] { $days } días
#     }. Mientras tanto, otra persona: *{ command-nominate.example }*
# hindered-not-nominated = Nadie propuso todavía a *{ $name }*. Para hacerlo: *!{ command-nominate.word } @{ $name }*
# hindered-nobody-nominated-you = Todavía nadie te propuso para moderar. Otra persona puede hacerlo: *{ command-nominate.example }*
# hindered-done-already = Eso ya está anotado. ¡Gracias! Cómo va todo: *{ command-delegates.example }*
# hindered-seconds-missing =
#     { $missing ->
#         [one] Falta { $missing } apoyo
#        *[other] Faltan { $missing } apoyos
#     } para esa nominación: *{ command-second.example }*
# hindered-no-objection-now = Ahora no es momento de objetar a *{ $name }*: se puede entre los apoyos y el comienzo. Después: *!{ command-recall.word } @{ $name } motivo*
# hindered-no-seat = No hay lugar libre para moderar. Quiénes moderan: *{ command-delegates.example }*
# hindered-no-delegate = *{ $name }* no modera este tema. Quiénes moderan: *{ command-delegates.example }*
# hindered-not-yours =
#     { $delegates ->
#         [0] Eso lo hace quien modera, y todavía no hay nadie. ¿Quién puede? *{ command-nominate.example }*
#        *[other] Eso lo hace quien modera este tema: *{ command-delegates.example }*. Entre tres personas se puede señalar un desvío, respondiendo: *{ command-redirect.example }*
#     }
# hindered-reason-asked = ¿Por qué? Hay que escribirlo de nuevo con el motivo al final. Los que valen: *{ command-rules.example }*
# hindered-category-asked = ¿Cuál de estos motivos es? { $categories }. Va al final de la orden. Más: *{ command-rules.example }*
# hindered-protected = Nadie se queda sin hablar por esto: { $protected }. Se puede contestar, o señalar un desvío: *{ command-redirect.example }*
# hindered-pointers-first =
#     «Fuera de tema» vale después de dos avisos, y { $sofar ->
#         [0] no hubo ninguno
#         [one] hubo { $sofar }
#        *[other] hubo { $sofar }
#     }. Para avisar, respondiendo al mensaje: *{ command-redirect.example }*
# hindered-length-asked = ¿Cuánto tiempo? Por ejemplo 15m, 6h o 3d; se puede hasta { $length }. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-too-long = Es mucho tiempo: se puede hasta { $length }. Las reglas: *{ command-rules.example }*
# hindered-message-asked = ¿Cuál mensaje? Hay que responder a ese mensaje con la orden. Más: *!{ command-help.word } { topic-measures.word }*
# hindered-nobody-waits = Nadie así espera para entrar. A quienes esperan se les abre con *!{ command-admit.word }*
# hindered-not-a-persons = Ese mensaje es del puente. Hay que responder al de una persona, por ejemplo *{ command-hide.example }*
# hindered-part-of-it = Estuviste en esa charla en las últimas 24 horas: que decida otra persona que modere. Quiénes son: *{ command-delegates.example }*
# hindered-which-case = ¿Cuál caso? Con su número, por ejemplo *{ command-confirm.example }*. Los números: *{ command-delegates.example }*
# hindered-which-appeal = Sobre vos hay más de un caso: { $cases }. ¿Cuál apelás? Con su número: *!{ command-appeal.word } { $number } …*
# hindered-no-such-case = Acá no hay ningún caso { $number }. Los abiertos: *{ command-delegates.example }*
# hindered-case-over = El caso { $number } ya terminó. Los abiertos: *{ command-delegates.example }*
# hindered-reason-first = Al caso { $number } le falta el motivo: *!{ command-explain.word } { $number } …*
# hindered-nothing-to-confirm = El caso { $number } no necesita confirmación. Para terminarlo: *!{ command-lift.word } { $number }*
# hindered-too-few-to-vote =
#     { $can ->
#         [0] Todavía no puede votar nadie
#         [one] Solo { $can } persona puede votar
#        *[other] Solo { $can } personas pueden votar
#     }, y hacen falta { $needed }: por ahora no se abre la votación. Vota quien participa desde hace 3 días y en 2 días distintos. Lo que se puede sin votar: *{ command-rules.example }*
# hindered-asked-otherwise = Lo mismo ya se pidió con otro motivo u otro plazo: es el caso { $number }. Si estás de acuerdo con ese: *!{ command-confirm.word } { $number }*
# hindered-rule-voted = Sobre esa regla ya se está votando: votación { $number }. Para votar: *!{ command-vote.word } { $number } sí* o *!{ command-vote.word } { $number } no*
# hindered-being-voted = Sobre el caso { $number } se está votando: lo decide la votación. Para votar: *!{ command-vote.word } sí* o *!{ command-vote.word } no*
# hindered-voted-in = El caso { $number } se decidió por votación: termina cuando se cumple su tiempo. Quiénes moderan: *{ command-delegates.example }*
# hindered-outlawed = El caso { $number } es por algo que la ley prohíbe: lo sacó quien opera el puente. Si fue un error, quien lo escribió puede apelar: *!{ command-appeal.word } { $number } …*
# hindered-second-needed = En el caso { $number } falta otra persona que modere. Quiénes son: *{ command-delegates.example }*
# hindered-which-vote = ¿En cuál votación? Con su número, por ejemplo *{ command-vote.example }*
# hindered-no-such-vote = Acá no está abierta ninguna votación { $number }. Cómo se vota: *{ command-vote.example }*
# hindered-not-on-roll = En esa votación votan quienes ya participaban cuando empezó. En la próxima se puede. Las reglas: *{ command-rules.example }*
# hindered-so-already = Ya es así. Cómo va todo: *{ command-delegates.example }*
# hindered-looked-at =
#     { $closed ->
#         [yes] Eso ya se miró, y el resultado está en el registro.
#        *[no] Eso ya está avisado, y se está mirando. ¡Gracias!
#     } Cómo va todo: *{ command-delegates.example }*
# hindered-reports-open = ¡Gracias por avisar! Ya se están mirando { $open } reportes tuyos: cuando alguno tenga respuesta, podés mandar este. Quiénes moderan: *{ command-delegates.example }*
# hindered-which-report = ¿Cuál reporte? Con su número, por ejemplo *{ command-resolve.example }*
# hindered-no-such-report = No hay ningún reporte { $number } abierto. Así se cierra uno: *{ command-resolve.example }*
# hindered-nothing-to-appeal = Ahora no rige nada sobre vos en este tema, así que no hay qué apelar. Los casos abiertos: *{ command-delegates.example }*
# hindered-not-your-case = El caso { $number } no es sobre vos: lo puede apelar la persona de la que se trata. Las reglas: *{ command-rules.example }*
# hindered-appeal-asked = ¿Qué tendría que saber quien decida? Va después del número: *!{ command-appeal.word } { $number } …*
# hindered-appealed-already = El caso { $number } ya se apeló, y se apela una sola vez. Cómo va todo: *{ command-delegates.example }*
# hindered-mandate-over = El caso { $number } te tocó cuando moderabas, y tu mandato ya terminó: deciden las demás personas. Para volver a moderar: *{ command-nominate.example }*
# hindered-not-on-panel = Sobre el caso { $number } deciden otras personas, por sorteo. Quiénes son está en el registro: *{ command-delegates.example }*
# hindered-muted = Podés volver a escribir dentro de { $length }. Mientras tanto podés reaccionar, apoyar (*{ command-support.example }*) y votar (*{ command-vote.example }*). ¿No es justo? Podés apelar: *!{ command-appeal.word } …*, acá o escribiéndole al puente en privado.
# hindered-out = Por ahora estás fuera de este tema; podés volver dentro de { $length }. Mientras tanto, en privado podés apelar (*!{ command-appeal.word } …*) y votar (*{ command-vote.example }*).

## Open debate

# debate-begins =
#     🗣️ *Debate libre: { $theme }*
#     Acá sigue lo que se va del tema. La charla es libre y nada se borra; una vez por semana se cuenta en el tema de qué se habló.
# debate-pointer =
#     🧭 De lo que planteó *{ $who }* seguimos hablando en el *debate libre*: { $link }
#     Para sumarse desde acá, hay que responder a este mensaje. { $deciders ->
#         [one] Lo señaló
#        *[other] Lo señalaron
#     } { $by } (caso { $case }).
# debate-here = Acá seguimos con *{ $reference }* (*!{ command-show.word } { $reference }*).
# debate-here-theme = Acá seguimos con *{ $theme }*.
# debate-week =
#     🗣️ Esta semana en el *debate libre*: { $messages ->
#         [one] { $messages } mensaje
#        *[other] { $messages } mensajes
#     } de { $people ->
#         [one] { $people } persona
#        *[other] { $people } personas
#     }.
# debate-week-first = Lo más respondido: «{ $words }» ({ $who }).
# debate-week-all = Para leer todo: { $link }

## Hidden proposals

# card-held = 🙈 *{ $reference }* está oculta por decisión de quienes moderan (caso { $case }). Si la medida se levanta, vuelve como estaba.
# list-held = *{ $reference }* (oculta por quienes moderan)
# refused-held-back = *{ $reference }* está oculta por quienes moderan, y mientras tanto no se cambia. Las demás: *{ command-list.example }*
# refused-amendment-hidden = El cambio { $amendment } está oculto por quienes moderan, y mientras tanto no se decide. Los demás: *{ command-show.example }*
