package commands

import "sereno/bot"

// schedule is a schedule, by its name or by its team.
var schedule = Arg{Name: "schedule", Completes: bot.ArgTeam}

func optional(a Arg) Arg {
	a.Optional = true
	return a
}

// moment is a date, a time, or both, as people type them.
func moment(name string) Arg { return Arg{Name: name, Kind: bot.ArgMoment} }

func onCallVerbs() []*Verb {
	days := optional(Arg{Name: "days"})
	return []*Verb{
		{
			Name: "now", Example: "now",
			run: func(d *bot.Desk, _ args) error { return d.OnCall() },
		},
		{
			Name: "schedule", Args: []Arg{optional(schedule), days}, Example: "schedule payments 14",
			run: func(d *bot.Desk, a args) error { return d.ShowSchedule(a["schedule"], a["days"]) },
		},
		{
			Name: "override", Args: []Arg{schedule, person, moment("from"), moment("to")}, Example: "override payments ana 2026-12-01T18:00 2026-12-02T09:00",
			Who: "leads; agents for themselves",
			run: func(d *bot.Desk, a args) error { return d.Override(a["schedule"], a["person"], a["from"], a["to"]) },
		},
		{
			Name: "take", Args: []Arg{schedule, optional(moment("for"))}, Example: "take payments 2h",
			run: func(d *bot.Desk, a args) error { return d.TakePager(a["schedule"], a["for"]) },
		},
		{
			Name: "swap", Args: []Arg{person, moment("from"), optional(moment("to"))}, Example: "swap luis 2026-12-01",
			run: func(d *bot.Desk, a args) error { return d.AskSwap(a["person"], a["from"], a["to"]) },
		},
		{
			Name: "exchange", Args: []Arg{optional(person), optional(moment("mine")), optional(moment("theirs")), optional(moment("for"))},
			Example: "exchange luis 2026-12-14 2026-12-21 24h",
			run:     func(d *bot.Desk, a args) error { return d.AskExchange(a["person"], a["mine"], a["theirs"], a["for"]) },
		},
		{
			Name: "vacation", Args: []Arg{optional(moment("from")), optional(moment("to"))}, Example: "vacation 2026-12-21 2027-01-03",
			run: func(d *bot.Desk, a args) error { return d.Vacation(a["from"], a["to"]) },
		},
		{
			Name: "vacation-list", Spaced: true, Example: "vacation list",
			run: func(d *bot.Desk, _ args) error { return d.Vacations() },
		},
		{
			Name: "vacation-cancel", Spaced: true, Args: []Arg{{Name: "number"}}, Example: "vacation cancel 3", Who: "agents; of others leads",
			run: func(d *bot.Desk, a args) error { return d.CancelVacation(a["number"]) },
		},
		{
			Name: "gaps", Args: []Arg{days}, Example: "gaps 30",
			run: func(d *bot.Desk, a args) error { return d.Gaps(a["days"]) },
		},
		{
			Name: "report", Args: []Arg{{Name: "month", Optional: true}}, Example: "report 2026-11",
			run: func(d *bot.Desk, a args) error { return d.OnCallReport(a["month"]) },
		},
		{
			Name: "undo", Example: "undo",
			run: func(d *bot.Desk, _ args) error { return d.UndoRoster() },
		},
		{
			Name: "feed", Example: "feed",
			run: func(d *bot.Desk, _ args) error { return d.Feed(false) },
		},
		{
			Name: "feed-new", Spaced: true, Example: "feed new",
			run: func(d *bot.Desk, _ args) error { return d.Feed(true) },
		},
	}
}
