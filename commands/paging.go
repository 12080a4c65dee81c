package commands

import (
	"strings"

	"sereno/bot"
)

// pagingVerbs try whether people can be reached, and show whether they were.
func pagingVerbs() []*Verb {
	return []*Verb{
		{
			Name: "drill", Args: []Arg{{Name: "drill", Completes: bot.ArgTeam, Optional: true}, {Name: "team", Completes: bot.ArgTeam, Optional: true}},
			Example: "drill payments", Who: "leads",
			run: func(d *bot.Desk, a args) error {
				if strings.EqualFold(a["drill"], "stop") {
					return d.StopDrill(a["team"])
				}
				return d.Drill(a["drill"])
			},
		},
		{
			Name: "test", Args: []Arg{{Name: "person", Kind: bot.ArgPerson, Optional: true}}, Example: "test ana", Who: "agents; of others leads",
			run: func(d *bot.Desk, a args) error { return d.TestPages(a["person"]) },
		},
		{
			Name: "proof", Args: []Arg{id}, Example: "proof INC-1",
			run: func(d *bot.Desk, a args) error { return d.Proof(a["incident"]) },
		},
	}
}
