package commands

import (
	"slices"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

var (
	id        = Arg{Name: "incident", Kind: bot.ArgIncident}
	severity  = Arg{Name: "severity", Kind: bot.ArgChoice, Choices: []string{"critical", "high", "normal", "low"}}
	waitingOn = Arg{Name: "party", Kind: bot.ArgChoice, Choices: []string{"customer", "third_party", "development"}}
	origin    = Arg{Name: "origin", Kind: bot.ArgChoice, Choices: []string{"ours", "customer", "third_party", "undetermined"}}
	person    = Arg{Name: "person", Kind: bot.ArgPerson}
	kind      = Arg{Name: "kind", Kind: bot.ArgChoice, Choices: []string{"failure", "question", "request"}}
	clock     = Arg{Name: "clock", Kind: bot.ArgChoice, Choices: []string{"first_response", "next_response", "update", "workaround", "resolution"}}
	ownTarget = []string{"team_first_response", "team_next_response", "team_update", "team_workaround", "team_resolution"}
	excusable = Arg{Name: "clock", Kind: bot.ArgChoice, Choices: append(slices.Clone(clock.Choices), ownTarget...), OfTeam: ownTarget}
	onOff     = Arg{Name: "mode", Kind: bot.ArgChoice, Choices: []string{"on", "off"}}
)

func words(name string) Arg         { return Arg{Name: name, Kind: bot.ArgWords} }
func optionalWords(name string) Arg { return Arg{Name: name, Kind: bot.ArgWords, Optional: true} }

// New is the tree of every command.
func New() *Tree {
	return &Tree{commands: []*Command{
		{Name: "incident", Verbs: incidentVerbs()},
		{Name: "sla", Verbs: slaVerbs(), Bare: &Verb{
			Args: []Arg{{Name: "incident", Kind: bot.ArgIncident, Optional: true}}, Example: "INC-1", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.Promises(a["incident"]) },
		}},
		{Name: "rca", Verbs: rcaVerbs()},
		{Name: "report", Bare: &Verb{
			Args: []Arg{{Name: "month", Optional: true}}, Example: "2026-11",
			run: func(d *bot.Desk, a args) error { return d.Report(a["month"]) },
		}},
		{Name: "kb", Verbs: kbVerbs(), Bare: &Verb{
			Args: []Arg{{Name: "question", Kind: bot.ArgWords, Completes: bot.ArgArticle}}, Example: "error 500", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.Search(a["question"]) },
		}},
		// Slack, Discord and Mattermost each have a /me of their own.
		{Name: "me", As: "whoami", Bare: &Verb{
			Customers: true,
			run:       func(d *bot.Desk, _ args) error { return d.Me() },
		}},
		{Name: "oncall", Verbs: append(onCallVerbs(), pagingVerbs()...), Bare: &Verb{
			run: func(d *bot.Desk, _ args) error { return d.OnCall() },
		}},
	}}
}

func incidentVerbs() []*Verb {
	waits := map[string]sla.WaitingOn{"customer": sla.Customer, "third_party": sla.ThirdParty, "development": sla.Development}
	return []*Verb{
		{
			Name: "new", Args: []Arg{optionalWords("problem")}, Customers: true,
			run: func(d *bot.Desk, a args) error {
				if a["problem"] == "" {
					return d.AskNew()
				}
				return d.OpenNew("", a["problem"])
			},
		},
		{
			Name: "take", Args: []Arg{id}, Example: "take INC-1",
			run: func(d *bot.Desk, a args) error { return d.Take(a["incident"]) },
		},
		{
			Name: "assign", Args: []Arg{id, person}, Example: "assign INC-1 ana",
			run: func(d *bot.Desk, a args) error { return d.Assign(a["incident"], a["person"]) },
		},
		{
			Name: "severity", Group: "set", Args: []Arg{id, severity}, Example: "severity INC-1 critical",
			run: func(d *bot.Desk, a args) error { return d.SetSeverity(a["incident"], sla.Severity(a["severity"])) },
		},
		{
			Name: "kind", Group: "set", Args: []Arg{id, kind}, Example: "kind INC-1 question",
			run: func(d *bot.Desk, a args) error { return d.SetKind(a["incident"], sla.Request(a["kind"])) },
		},
		{
			Name: "confirm", Args: []Arg{id}, Example: "confirm INC-1",
			run: func(d *bot.Desk, a args) error { return d.Confirm(a["incident"]) },
		},
		{
			Name: "workaround", Args: []Arg{id, optionalWords("text")},
			run: func(d *bot.Desk, a args) error {
				if a["text"] == "" {
					return d.AskWorkaround(a["incident"])
				}
				return d.Workaround(a["incident"], a["text"])
			},
		},
		{
			Name: "wait", Args: []Arg{id, waitingOn}, Example: "wait INC-1 customer",
			run: func(d *bot.Desk, a args) error { return d.Wait(a["incident"], waits[a["party"]]) },
		},
		{
			Name: "resume", Args: []Arg{id}, Example: "resume INC-1",
			run: func(d *bot.Desk, a args) error { return d.Resume(a["incident"]) },
		},
		{
			Name: "note", Args: []Arg{id, words("text")},
			run: func(d *bot.Desk, a args) error { return d.Note(a["incident"], a["text"]) },
		},
		{
			Name: "reply", Args: []Arg{id, optionalWords("text")},
			run: func(d *bot.Desk, a args) error {
				if a["text"] == "" {
					return d.AskReply(a["incident"])
				}
				return d.Answer(a["incident"], a["text"])
			},
		},
		{
			Name: "reply-mode", Args: []Arg{id, onOff}, Example: "reply-mode INC-1 on",
			run: func(d *bot.Desk, a args) error { return d.SetReplyMode(a["incident"], a["mode"] == "on") },
		},
		{
			Name: "files", Group: "about", Args: []Arg{id}, Example: "files INC-1",
			run: func(d *bot.Desk, a args) error { return d.Files(a["incident"]) },
		},
		{
			Name: "resolve", Args: []Arg{id, optionalWords("done")},
			run: func(d *bot.Desk, a args) error {
				if a["done"] == "" {
					return d.AskResolution(a["incident"])
				}
				return d.Resolve(a["incident"], a["done"])
			},
		},
		{
			Name: "reopen", Args: []Arg{id}, Example: "reopen INC-1",
			run: func(d *bot.Desk, a args) error { return d.Reopen(a["incident"]) },
		},
		{
			Name: "close", Args: []Arg{id}, Example: "close INC-1",
			run: func(d *bot.Desk, a args) error { return d.Close(a["incident"]) },
		},
		{
			Name: "origin", Group: "set", Args: []Arg{id, origin}, Example: "origin INC-1 ours",
			run: func(d *bot.Desk, a args) error { return d.SetOrigin(a["incident"], incident.Origin(a["origin"])) },
		},
		{
			Name: "team", Group: "set", Args: []Arg{id, {Name: "team", Completes: bot.ArgTeam}}, Example: "team INC-1 platform",
			run: func(d *bot.Desk, a args) error { return d.SetTeam(a["incident"], a["team"]) },
		},
		{
			Name: "customer", Group: "set", Args: []Arg{id, {Name: "customer"}, optionalWords("told")}, Example: "customer INC-1 globex", Who: "leads",
			run: func(d *bot.Desk, a args) error { return d.Transfer(a["incident"], a["customer"], a["told"]) },
		},
		{
			Name: "ack", Group: "page", Args: []Arg{id}, Example: "ack INC-1",
			run: func(d *bot.Desk, a args) error { return d.Acknowledge(a["incident"]) },
		},
		{
			Name: "summary", Group: "about", Args: []Arg{id}, Example: "summary INC-1",
			run: func(d *bot.Desk, a args) error { return d.AskSummary(a["incident"]) },
		},
		{
			Name: "similar", Group: "about", Args: []Arg{id}, Example: "similar INC-1",
			run: func(d *bot.Desk, a args) error { return d.Similar(a["incident"]) },
		},
		{
			Name: "still", Group: "page", Args: []Arg{id}, Example: "still INC-1",
			run: func(d *bot.Desk, a args) error { return d.StillOnIt(a["incident"]) },
		},
		{
			Name: "remind", Group: "page", Args: []Arg{id, {Name: "wait"}}, Example: "remind INC-1 15m",
			run: func(d *bot.Desk, a args) error { return d.RemindIn(a["incident"], a["wait"]) },
		},
		{
			Name: "handover", Group: "page", Args: []Arg{id, person}, Example: "handover INC-1 luis",
			run: func(d *bot.Desk, a args) error { return d.HandOver(a["incident"], a["person"]) },
		},
		{
			Name: "pages", Group: "page", Args: []Arg{id}, Example: "pages INC-1",
			run: func(d *bot.Desk, a args) error { return d.Proof(a["incident"]) },
		},
		{
			Name: "escalate", Group: "page", Args: []Arg{id}, Example: "escalate INC-1",
			run: func(d *bot.Desk, a args) error { return d.EscalateNow(a["incident"]) },
		},
		{
			Name: "merge", Args: []Arg{id, {Name: "into", Completes: bot.ArgIncident}}, Example: "merge INC-2 INC-1",
			run: func(d *bot.Desk, a args) error { return d.Merge(a["incident"], a["into"]) },
		},
		{
			Name: "cancel", Args: []Arg{id}, Example: "cancel INC-1",
			run: func(d *bot.Desk, a args) error { return d.NotIncident(a["incident"]) },
		},
		{
			Name: "show", Args: []Arg{id}, Example: "show INC-1", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.Show(a["incident"]) },
		},
		{
			Name: "list", Args: []Arg{{Name: "whose", Optional: true}}, Example: "list mine", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.List(a["whose"]) },
		},
	}
}

func slaVerbs() []*Verb {
	return []*Verb{
		{
			Name: "list", Example: "list", Customers: true,
			run: func(d *bot.Desk, _ args) error { return d.Promises("") },
		},
		{
			Name: "explain", Args: []Arg{id}, Example: "explain INC-1", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.Explain(a["incident"]) },
		},
		{
			Name: "history", Args: []Arg{id}, Example: "history INC-1",
			run: func(d *bot.Desk, a args) error { return d.SLAHistory(a["incident"]) },
		},
		{
			Name: "called", Args: []Arg{id, {Name: "when"}, words("text")},
			run: func(d *bot.Desk, a args) error { return d.Called(a["incident"], a["when"], a["text"]) },
		},
		{
			Name: "excuse", Args: []Arg{id, excusable, words("reason")},
			run: func(d *bot.Desk, a args) error { return d.AskExcuse(a["incident"], a["clock"], a["reason"]) },
		},
		{
			Name: "approve", Args: []Arg{id, optionally(excusable)}, Example: "approve INC-1 resolution", Who: "leads, quality",
			run: func(d *bot.Desk, a args) error { return d.DecideExcuse(a["incident"], a["clock"], true) },
		},
		{
			Name: "deny", Args: []Arg{id, optionally(excusable)}, Example: "deny INC-1 resolution", Who: "leads, quality",
			run: func(d *bot.Desk, a args) error { return d.DecideExcuse(a["incident"], a["clock"], false) },
		},
		{
			Name: "undo", Args: []Arg{id, excusable}, Example: "undo INC-1 resolution", Who: "leads",
			run: func(d *bot.Desk, a args) error { return d.UndoExcuse(a["incident"], a["clock"]) },
		},
	}
}

// optionally is the argument where it may be left out.
func optionally(a Arg) Arg { a.Optional = true; return a }

func rcaVerbs() []*Verb {
	return []*Verb{
		{
			Name: "start", Args: []Arg{id}, Example: "start INC-1",
			run: func(d *bot.Desk, a args) error { return d.StartRCA(a["incident"]) },
		},
		{
			Name: "answer", Args: []Arg{id, words("text")},
			run: func(d *bot.Desk, a args) error { return d.AnswerRCA(a["incident"], a["text"]) },
		},
		{
			Name: "show", Args: []Arg{id}, Example: "show INC-1",
			run: func(d *bot.Desk, a args) error { return d.ShowRCA(a["incident"]) },
		},
	}
}

// help teaches the command: every verb that the person may use, with an example.
func (c *Command) help(d *bot.Desk) error {
	lang := d.Lang()
	m := bot.Message{Title: text.T(lang, "command."+c.Name)}
	verbs := c.Verbs
	if c.Bare != nil {
		verbs = append([]*Verb{c.Bare}, verbs...)
	}
	for _, v := range verbs {
		if !v.Customers && d.Staff() != nil {
			continue
		}
		m.Items = append(m.Items, bot.Item{Title: c.Usage(v, lang), Body: text.T(lang, v.helpKey(c))})
	}
	if len(m.Items) == 0 {
		return d.Staff() // nothing here is for them
	}
	if d.Staff() == nil || c.Bare != nil && c.Bare.Customers {
		m.Footer = text.T(lang, "help.example", "example", c.example(lang))
	}
	return d.Reply(m)
}

func (v *Verb) helpKey(c *Command) string {
	if v.Name == "" {
		return "command." + c.Name
	}
	return "command." + c.Name + "." + v.Name
}
