package platforms

import (
	"fmt"
	"strings"

	"sereno/bot/company"
)

// Problem is something at a platform that keeps the bot from working.
type Problem struct {
	// Code is stable: "token", "scope", "channel".
	Code string
	// Subject is what it is about: a scope, a channel's or a person's id.
	Subject string
	// Cause is what the platform said, for people who look into it; without secrets.
	Cause string
}

// problems takes an adapter's own problems, which have the same fields.
func problems[P ~struct{ Code, Subject, Cause string }](in []P) []Problem {
	out := make([]Problem, len(in))
	for i, p := range in {
		out[i] = Problem(p)
	}
	return out
}

// sentence says what is wrong and what to do about it, in each language.
// {subject}, {cause} and {platform} are slots.
type sentence struct{ en, es string }

func (s sentence) in(lang company.Lang) string {
	if lang == company.Spanish {
		return s.es
	}
	return s.en
}

// common are the sentences that read the same on every platform.
var common = map[string]sentence{
	"unreachable": {
		"{platform} cannot be reached ({cause}): look at the network, the proxy and the address in the configuration",
		"no se llega a {platform} ({cause}): revisá la red, el proxy y la dirección en la configuración",
	},
	"late": {
		"{platform} did not answer all questions in time: try again",
		"{platform} no contestó todas las preguntas a tiempo: probá de nuevo",
	},
	"token": {
		"the token is refused ({cause}): make a new one and put it in the configuration",
		"el token fue rechazado ({cause}): hacé uno nuevo y ponelo en la configuración",
	},
	"channel": {
		"channel {subject} cannot be used ({cause}): correct its id, or invite the bot if it is private",
		"el canal {subject} no se puede usar ({cause}): corregí su id, o invitá al bot si es privado",
	},
	"member": {
		"the bot is not in channel {subject}: add it there",
		"el bot no está en el canal {subject}: agregalo ahí",
	},
	"person": {
		"{subject} cannot be written to ({cause}): correct the identity in the configuration",
		"no se le puede escribir a {subject} ({cause}): corregí la identidad en la configuración",
	},
	"clock": {
		"the clock of this machine is {cause}: signatures and deadlines need the right time; turn on time synchronisation (NTP)",
		"el reloj de esta máquina está {cause}: las firmas y los plazos necesitan la hora justa; encendé la sincronización horaria (NTP)",
	},
	"unconnected": {
		"there are channels of {platform} in the configuration, and no section “{subject}:” connects it: add the section, or remove the channels",
		"hay canales de {platform} en la configuración, y ninguna sección “{subject}:” lo conecta: agregá la sección, o quitá los canales",
	},
}

// causes are what adapters themselves say, in Spanish; what a platform says is
// told in its own words.
var causes = map[string]string{
	"the account is deactivated":                                                 "la cuenta está desactivada",
	"it is a bot, and cannot be written to":                                      "es un bot, y no se le puede escribir",
	"it is archived":                                                             "está archivado",
	"the bot is not a member; add it to the team":                                "el bot no es miembro",
	"it is neither a text channel nor a forum of a server":                       "no es un canal de texto ni un foro de un servidor",
	"it is read-only":                                                            "es de solo lectura",
	"the other organisation has not accepted the invitation to it yet":           "la otra organización todavía no aceptó la invitación",
	"they are of another organisation, and in no channel that is shared with it": "es de otra organización, y no está en ningún canal compartido con ella",
}

// Tell is the problem as a sentence in the language; who names what an id
// stands for.
func (p *Platform) Tell(x Problem, lang company.Lang, who func(id string) string) string {
	s, ok := p.words[x.Code]
	if !ok {
		s, ok = common[x.Code]
	}
	if !ok {
		return strings.TrimSpace(fmt.Sprintf("%s %s: %s", x.Code, who(x.Subject), x.Cause))
	}
	cause := x.Cause
	if es, ok := causes[cause]; ok && lang == company.Spanish {
		cause = es
	}
	return strings.NewReplacer("{subject}", who(x.Subject), "{cause}", cause, "{platform}", p.Title).Replace(s.in(lang))
}

// names says whose channel or account an id is.
func names(c *company.Company, platform string, lang company.Lang) func(string) string {
	customer, team := sentence{"customer", "cliente"}.in(lang), sentence{"team", "equipo"}.in(lang)
	return func(id string) string {
		ch := company.ChannelID{Platform: platform, ID: id}
		if p := c.PersonAt(platform, id); p != nil {
			return fmt.Sprintf("%s (%s)", p.Name, id)
		}
		if x := c.CustomerOf(ch); x != nil {
			return fmt.Sprintf("%s (%s %s)", id, customer, x.Key)
		}
		if t := c.TeamOf(ch); t != nil {
			return fmt.Sprintf("%s (%s %s)", id, team, t.Key)
		}
		return id
	}
}
