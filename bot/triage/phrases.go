package triage

import (
	"slices"
	"strings"
)

// filler are words that mean nothing by themselves.
const filler Class = ""

// phrase is what a row of words means.
type phrase struct {
	class Class
	// asks: it is a question that asks for nothing, "how are you?".
	asks bool
}

// longestPhrase is the number of words of the longest phrase.
var longestPhrase int

// known leads from words, folded and joined by spaces, to what they mean.
var known = index()

// longest is the longest phrase that the words begin with, and its length.
func longest(ws []word) (phrase, int) {
	for n := min(longestPhrase, len(ws)); n > 0; n-- {
		parts := make([]string, n)
		for i := range n {
			parts[i] = ws[i].folded
		}
		if p, ok := known[strings.Join(parts, " ")]; ok {
			return p, n
		}
	}
	return phrase{}, 0
}

func index() map[string]phrase {
	out := map[string]phrase{}
	add := func(class Class, asks bool, list string) {
		for line := range strings.SplitSeq(list, ",") {
			ws := strings.Fields(line)
			for i := range ws {
				ws[i] = squeeze(plain(ws[i]))
			}
			if len(ws) == 0 {
				continue
			}
			for _, said := range heartier(strings.Join(ws, " ")) {
				out[said] = phrase{class, asks}
				longestPhrase = max(longestPhrase, 1+strings.Count(said, " "))
			}
		}
	}
	for _, l := range fillers {
		add(filler, false, l)
	}
	for _, class := range slices.Backward(weightiest) { // the weightiest has the last word
		for _, l := range phrases[class] {
			add(class, false, l)
		}
	}
	for _, l := range courtesies {
		add(Greeting, true, l)
	}
	for _, l := range besideGreeting {
		add(filler, true, l)
	}
	return out
}

// hearty are ways to begin what the lists have with a plain "gracias por …" or
// "thanks for …".
var hearty = map[string][]string{
	"gracias por ": {"muchas gracias por ", "muchisimas gracias por ", "mil gracias por ", "infinitas gracias por "},
	"thanks for ": {
		"thank you for ", "many thanks for ", "thanks a lot for ", "thanks so much for ", "thank you so much for ",
		"thank you very much for ",
	},
}

// heartier is the phrase, and the same said with more heart.
func heartier(said string) []string {
	out := []string{said}
	for simple, more := range hearty {
		if why, ok := strings.CutPrefix(said, simple); ok {
			for _, m := range more {
				out = append(out, m+why)
			}
		}
	}
	return out
}

// The phrases, folded or not, between commas. Only what asks for nothing
// whatever stands beside it: no word here may turn a request into small talk.
var phrases = map[Class][]string{
	Greeting: {
		`hola, holis, holi, ola, buenas, wenas, buen dia, buenos dias, buen dias, buenas tardes, buenas noches,
		buena tarde, buena jornada, muy buenas, saludos, que tal, hola que tal, feliz lunes, feliz martes, buen lunes, buen martes, buen miercoles, buen jueves, buen viernes, buena semana,
		feliz miercoles, feliz jueves, estimados, estimadas, estimado, estimada, bienvenido, bienvenida,
		bienvenidos, bienvenidas, un gusto, mucho gusto, encantado, encantada`,
		`hello, hi, hey, heya, hiya, howdy, yo, greetings, good morning, good afternoon, good evening, good day,
		gm, morning, mornin, afternoon, evening, happy monday, happy tuesday, happy wednesday, happy thursday,
		happy new year, happy holidays, merry christmas, welcome, nice to meet you, pleased to meet you, hi there,
		hello there, hey there, top of the morning`,
	},
	Thanks: {
		`gracias, grax, grcs, gracia, grasias, gracais, garcias, grcias, gracis, graciass, muchas gracias,
		mil gracias, mchas gracias, muxas gracias, muchisimas gracias, infinitas gracias, gracias totales,
		gracias por todo, gracias por la ayuda, gracias por tu ayuda, gracias por su ayuda, gracias por avisar,
		gracias por el aviso, gracias por la respuesta, gracias por responder, gracias por tu respuesta,
		gracias por su respuesta, gracias por tu tiempo, gracias por su tiempo, gracias por la info,
		gracias por la informacion, gracias por la pronta respuesta, gracias por la rapida respuesta,
		gracias por la rapidez, gracias por la atencion, gracias por su atencion, gracias por la paciencia,
		gracias por confirmar, gracias por la confirmacion, gracias por la gestion, gracias por el soporte,
		gracias por la explicacion, gracias por el dato, gracias a ustedes, gracias a vos, gracias a ti,
		gracias a usted, gracias igualmente, gracias de nuevo, gracias nuevamente, gracias otra vez,
		gracias de antemano, desde ya gracias, desde ya muchas gracias, no gracias, se agradece, se agradece mucho,
		agradecido, agradecida, agradecidos, muy agradecido, muy agradecida, muy agradecidos, les agradezco,
		te agradezco, lo agradezco, agradezco, les agradecemos, te lo agradezco, se los agradezco, muy amable,
		muy amables, que amable, de nada, por nada, no hay de que, a vos, a ustedes, a la orden, gracias por el apoyo,
		gracias por el seguimiento, gracias por su apoyo, gracias por tu apoyo, gracias por la actualizacion,
		gracias por resolverlo, gracias por solucionarlo, gracias por arreglarlo, gracias por contarnos, gracias por contarme, gracias por estar, gracias por la predisposicion,
		gracias por la buena onda, gracias por tanto`,
		`thanks, thank you, thankyou, thx, thnx, thanx, thks, tks, tnx, tnks, ty, tysm, tyvm, tx, thank u, thank yu,
		thankss, thaks, thans, thanls, thnaks, thansk, tahnks, many thanks, much thanks, thanks a lot,
		thanks so much, thanks very much, thank you so much, thank you very much, thanks a bunch, thanks a million,
		thanks a ton, thanks again, thank you again, thanks for everything, thanks for the help, thanks for your help,
		thank you for the help, thank you for your help, thanks for helping, thanks for letting me know,
		thanks for letting us know, thanks for the update, thank you for the update, thanks for the info,
		thanks for the information, thanks for the quick response, thanks for the quick reply,
		thanks for the fast response, thanks for the fast reply, thank you for the quick response,
		thank you for your quick response, thanks for your quick response, thanks for the heads up,
		thanks for fixing it, thanks for fixing this, thanks for solving it, thanks for the quick help,
		thanks for your time, thank you for your time, thanks for your patience, thank you for your patience,
		thanks for confirming, thanks for the confirmation, thanks for the support, thanks for your support,
		thank you for your support, thank you for the support, thanks for the explanation, thanks for getting back,
		thanks for getting back to me, thanks for getting back to us, thanks for taking care of it,
		thanks for taking care of this, thanks in advance, thank you in advance, no thanks, no thank you,
		thanks anyway, much appreciated, appreciated, appreciate it, appreciate that, appreciate the help,
		appreciate your help, i appreciate it, we appreciate it, really appreciate it, we really appreciate it,
		i really appreciate it, greatly appreciated, cheers, grateful, very grateful, so grateful, you are welcome,
		youre welcome, ur welcome, yw, no problem, np, no worries, nw, my pleasure, anytime, any time, dont mention it`,
	},
	Acknowledgement: {
		`ok, oka, okey, okay, okis, okk, oki, okey dokey, okie, vale, dale, dale dale, bueno, bien, muy bien, esta bien,
		ta bien, todo bien, todo ok, todo en orden, listo, lista, listos, perfecto, perfect, prefecto, perfecta, genial,
		barbaro, joya, de una, buenisimo, entendido, entendida, entendimos, entiendo, comprendido, comprendo, copiado,
		recibido, recibida, anotado, tomo nota, tomamos nota, enterado, enterada, enterados, de acuerdo, acuerdo,
		me parece bien, nos parece bien, claro, por supuesto, sin problema, sin problemas, no hay problema,
		no hay drama, sin drama, no pasa nada, no te preocupes, no se preocupen, tranquilo, tranquila, tranquilos,
		si, sip, sisi, sii, ah, aja, uh, ah ok, ah bueno, ah listo, ah perfecto, ah dale, ah genial, mmm, mm, hm, hmm,
		seguro, exacto, exactamente, correcto, asi es, tal cual, cierto, confirmado, confirmo, confirmamos, hecho,
		quedo atento, quedo atenta, quedamos atentos, quedamos atentas, atento, atentos, atenta, quedo a la espera,
		quedamos a la espera, espero, esperamos, aguardo, aguardamos, aguardo novedades, aguardamos novedades,
		espero novedades, esperamos novedades, quedo atento a novedades, quedamos atentos a novedades,
		cualquier cosa aviso, cualquier cosa les aviso, cualquier cosa te aviso, cualquier cosa avisamos,
		cualquier novedad aviso, les aviso, te aviso, aviso, lo reviso, lo revisamos, lo vemos, lo veo, ya lo veo,
		lo pruebo, lo probamos, pruebo y aviso, pruebo y les aviso, pruebo y te aviso, probamos y avisamos,
		reviso y aviso, sumado, ya vi, visto, leido, buena idea, buen plan, me sirve, nos sirve, va, venga, sale, orale,
		chevere, jaja, jajaja, jajajaja, jeje, jejeje, jajajajaja, ja, xd, disculpas, mil disculpas, disculpa,
		perdon por la demora, disculpen la demora, disculpas por la demora, perdon por la molestia,
		disculpen la molestia, disculpen las molestias, perdon por las molestias, eso es todo, nada mas, eso nomas,
		por ahora nada mas, por ahora eso es todo, ni idea, obvio, efectivamente, fenomeno, fenomenal`,
		`k, kk, okies, alright, all right, alrighty, sure, sure thing, fine, thats fine, that is fine, good, sounds good,
		sounds great, sounds perfect, sounds like a plan, looks good, lgtm, sgtm, great, got it, gotcha, understood,
		i understand, we understand, makes sense, that makes sense, i see, noted, duly noted, roger, roger that, copy,
		copy that, acknowledged, ack, received, will do, will try, will check, will let you know, i will let you know,
		ill let you know, we will let you know, well let you know, ill try, ill check, ill take a look, let me check,
		let me try, we will try, we will check, well check, well try, waiting, standing by, yes, yep, yeah, yup, ya, ye,
		yea, yes please do, of course, absolutely, definitely, certainly, indeed, exactly, correct, right, thats right,
		that is right, true, agreed, agree, fair enough, confirmed, done, deal, cool, kool, nice, neat, sweet, oh, oh ok,
		oh i see, ah i see, aha, uh huh, haha, hahaha, hehe, lol, lmao, never mind that, sorry for the delay,
		sorry for the noise, sorry about that, my apologies, apologies, apologies for the delay, my bad, oops,
		thats all, that is all, nothing else, all clear, all set, we are all set, were all set, im all set, i am all set,
		no rush, take your time, whenever you can, whenever you have time, looking forward to it, works for me,
		works for us, fine by me, fine with me, fine with us, good to know, good to hear, glad to hear it,
		glad to hear that, happy to hear that, that helps`,
	},
	Praise: {
		`excelente, excelente servicio, excelente atencion, excelente trabajo, excelente noticia, buen trabajo,
		gran trabajo, muy buen trabajo, buen servicio, muy buen servicio, buena atencion, muy buena atencion,
		buena noticia, buenas noticias, que buena noticia, que bueno, que bien, que lindo, que grande, que rapido,
		que rapidez, que genios, que genio, que genia, que crack, que cracks, impecable, espectacular, increible,
		maravilloso, fantastico, estupendo, brillante, bravo, felicitaciones, felicidades, los felicito, te felicito,
		un genio, una genia, unos genios, genio, genia, genios, sos un genio, sos una genia, son unos genios,
		son los mejores, sos el mejor, sos la mejor, los mejores, un crack, una crack, unos cracks, crack, cracks, capo,
		capa, capos, grande, grosso, groso, maestro, maestra, son lo mas, sos lo mas, lo mas, de diez, diez puntos,
		un lujo, un placer, bien ahi, super, superrapido, super rapido, rapidisimo, me encanta, me encanto,
		nos encanta, nos encanto, aplausos`,
		`awesome, amazing, excellent, wonderful, fantastic, brilliant, fabulous, superb, terrific, outstanding,
		impressive, perfection, lovely, splendid, wow, woow, bravo, kudos, congrats, congratulations, well done,
		good job, great job, nice job, nice work, great work, good work, amazing work, awesome work, excellent work,
		fantastic work, excellent job, great stuff, good stuff, great news, good news, great support, great service,
		excellent support, excellent service, amazing support, awesome support, you rock, you guys rock, you rule,
		you are the best, youre the best, you guys are the best, you guys are great, you guys are awesome,
		you are awesome, youre awesome, you are amazing, youre amazing, you are great, youre great, the best,
		best team ever, best support ever, so fast, that was fast, that was quick, super fast, super quick, love it,
		we love it, i love it, legend, legends, lifesaver, you are a lifesaver, youre a lifesaver, life saver,
		you are a star, youre a star, hero, heroes, my hero, rockstars, rockstar, hats off, bless you`,
	},
	Solved: {
		`solucionado, solucionada, solucionados, resuelto, resuelta, resueltos, arreglado, arreglada, ya esta, ya estaria,
		ya esta solucionado, ya esta resuelto, ya esta arreglado, ya esta funcionando, ya esta andando, ya esta bien,
		ya esta ok, ya esta todo bien, ya esta todo ok, ya quedo, ya quedo bien, ya quedo solucionado, ya quedo resuelto,
		quedo solucionado, quedo resuelto, quedo perfecto, quedo bien, quedo ok, quedo joya, quedo impecable, ya funciona,
		ya funciona bien, ya funciona todo, ya funciona perfecto, ya funciona ok, funciona, funciona bien,
		funciona perfecto, funciona perfectamente, funciona todo, funciona ok, funciona ahora, ahora funciona,
		ahora funciona bien, ahora si funciona, ahora si, ya anda, ya anda bien, ya anda todo, ya anda ok, anda bien,
		anda perfecto, anda joya, ahora anda, ahora anda bien, ahora si anda, ya andaba, ya funciono, funciono,
		funciono perfecto, funciono bien, me funciono, nos funciono, ya me funciona, ya nos funciona, me anduvo,
		nos anduvo, ya anduvo, anduvo, anduvo perfecto, anduvo bien, se soluciono, ya se soluciono, se resolvio,
		ya se resolvio, se arreglo, ya se arreglo, lo solucione, lo solucionamos, lo resolvi, lo resolvimos,
		ya lo solucione, ya lo solucionamos, ya lo resolvi, ya lo resolvimos, ya lo resolvieron, lo resolvieron,
		lo solucionaron, ya lo solucionaron, me sirvio, nos sirvio, eso me sirvio, eso era, era eso, eso fue,
		con eso quedo, con eso funciono, con eso anduvo, con eso se soluciono, ya pude, ya pudimos, ya pude entrar,
		ya pudimos entrar, ya pude ingresar, ya pudimos ingresar, ya puedo entrar, ya puedo ingresar,
		ya podemos entrar, ya podemos ingresar, problema resuelto, problema solucionado, tema resuelto,
		tema solucionado, asunto resuelto, incidente resuelto, caso resuelto, caso cerrado, pueden cerrar,
		pueden cerrarlo, pueden cerrar el caso, pueden cerrar el ticket, pueden cerrar el incidente, podes cerrar,
		podes cerrarlo, se puede cerrar, cierren nomas, falsa alarma, fue una falsa alarma, era una falsa alarma,
		olvidenlo, olvidalo, olviden, ignoren el mensaje, ignoren mi mensaje, ignoren lo anterior, ignoren, ignora,
		ignora el mensaje, ignora mi mensaje, descarten, descartado, ya volvio a funcionar,
		volvio a funcionar, se normalizo, ya se normalizo, normalizado, todo solucionado, todo resuelto,
		esta solucionado, esta resuelto, esta funcionando, esta andando, ya estamos, ya estamos bien,
		ya no es necesario, ya no hace falta, no hace falta, no es necesario`,
		`solved, it is solved, its solved, all solved, fixed, its fixed, it is fixed, all fixed, fixed now, its fixed now,
		it is fixed now, resolved, its resolved, it is resolved, all resolved, resolved now, sorted, all sorted,
		sorted now, its sorted, sorted out, got it sorted, got it working, got it fixed, works, it works, works now,
		it works now, works fine, it works fine, works fine now, it works fine now, works great, works perfectly,
		works like a charm, it works great, it works perfectly, works again, it works again, all works, everything works,
		everything works now, everything works fine, working, its working, it is working, working now, its working now,
		it is working now, working fine, working fine now, working again, its working again, it is working again,
		working perfectly, all working, all working now, now it works, now its working, worked, that worked, it worked,
		this worked, worked perfectly, worked like a charm, that worked perfectly, that fixed it, this fixed it,
		that solved it, this solved it, that solved the problem, that solved the issue, that fixed the problem,
		that fixed the issue, that did it, that did the trick, did the trick, it did the trick, that was it,
		that resolved it, that resolved the issue, problem solved, problem fixed, problem resolved, issue solved,
		issue fixed, issue resolved, case closed, we are good, were good, we are good now, were good now, im good,
		i am good, im good now, i am good now, all good, all good now, its all good, its all good now, good now,
		its good now, its ok now, ok now, back to normal, its back to normal,
		everything is back to normal, up again, its up again, back up,
		its back up, i can log in now, we can log in now, i can login now, i got in, you can close it, you can close this,
		you can close the ticket, you can close this ticket, you can close the incident, please close, please close it,
		please close this, please close the ticket, feel free to close, feel free to close it, feel free to close this,
		can be closed, this can be closed, false alarm, it was a false alarm, never mind, nevermind, nvm,
		forget it, forget about it, ignore that, ignore this, ignore my message, ignore my last message,
		please ignore, please ignore this, please ignore my message, disregard, please disregard, no longer needed,
		not needed anymore, figured it out, i figured it out, we figured it out`,
	},
	Farewell: {
		`chau, chao, chaucha, adios, hasta luego, hasta manana, hasta pronto, hasta la proxima, hasta el lunes,
		nos vemos, nos vemos manana, nos vemos el lunes, nos hablamos, hablamos, hablamos luego, hablamos manana,
		seguimos en contacto, estamos en contacto, que tengas buen dia, que tengan buen dia, que tengas un buen dia,
		que tengan un buen dia, que tengas linda tarde, que tengan linda tarde, que tengan linda noche,
		que tengan buena tarde, que tengas buena tarde, que tengan buena jornada, que tengan buen fin de semana,
		que tengas buen fin de semana, que tengan un buen fin de semana, buen fin de semana, buen finde, lindo finde,
		feliz viernes, buen descanso, que descansen, que descanses, feliz dia, feliz fin de semana, feliz ano,
		feliz ano nuevo, feliz navidad, felices fiestas, felices pascuas, abrazo, abrazos, un abrazo, abrazo grande,
		un abrazo grande, beso, besos, saludos cordiales, un saludo, cordiales saludos, saludos a todos, atentamente,
		cuidense, exitos, buenas vacaciones, igualmente, lindo dia, linda tarde, linda noche, buen feriado`,
		`bye, bye bye, byee, goodbye, good bye, see you, see ya, see you later, see you soon, see you tomorrow,
		see you on monday, see you monday, cya, ttyl, talk soon, talk later, talk to you soon, talk to you later,
		talk to you tomorrow, take care, have a nice day, have a good day, have a great day, have a good one,
		have a great one, have a lovely day, have a nice evening, have a good evening, have a great evening,
		have a nice weekend, have a good weekend, have a great weekend, enjoy your weekend, enjoy the weekend,
		enjoy your day, enjoy, happy friday, happy weekend, good night, night, nite, gn, regards, best regards,
		kind regards, best wishes, best, sincerely, all the best, likewise, same to you, you too, later, laters,
		until tomorrow, until next time, keep in touch, ciao, adieu`,
	},
}

// courtesies are questions that ask for nothing.
var courtesies = []string{
	`como estan, como estas, como andan, como andas, como les va, como te va, que tal, que tal todo, todo bien por ahi, todo bien, todo tranquilo, 
	como estan hoy, como estan todos, como amanecieron, que hay, que onda`,
	`how are you, how are you doing, how are you today, how are you all, how is everyone, hows everyone, hows your day, hows your day going, how are things, how do you do, whats up, sup, wassup,
	how are we doing, how are we doing today, how are you guys, how are you guys doing`,
}

// besideGreeting are courtesies too, but alone they may ask how an incident
// is getting on.
var besideGreeting = []string{
	`como va, como va todo, como va eso, como anda todo, como vienen, como viene todo, todo bien por aca`,
	`how is it going, hows it going, hows everything, how is everything`,
}

// fillers may stand beside small talk without changing it. By themselves they
// are not small talk.
var fillers = []string{
	`a, al, y, e, o, para, por, de, del, la, el, las, los, lo, un, una, muy, mucho, muchas, muchos, mucha, tan, todos,
	todas, todo, todes, equipo, gente, chicos, chicas, amigos, amigas, amigo, amiga, colegas, companeros,
	companeras, muchachos, grupo, gracias a todos, ustedes, vos, usted, tu, ya, entonces, igual, che, nomas,
	por aca, aca, a todos, a todas, para todos, para todas, tambien, ahora, hoy, en serio, de verdad, realmente,
	super, re, mil, otra vez, de nuevo, nuevamente, desde ya, sr, sra, senor, senora, querido, querida, queridos`,
	`and, to, all, for, so, very, much, team, everyone, everybody, guys, folks, friend, friends, mate, mates, buddy,
	pal, dear, sir, madam, there, then, you all, yall, now, again, really, truly, just, too, also, the, my, our, well,
	gang, people, ladies, gentlemen, bro, dude, man, both, today, super`,
}
