package bot

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// Explain tells the arithmetic of each commitment line by line, on the reader's
// clocks. Customers about their own incidents, and without what our teams
// promise among themselves; agents, leads and quality about all.
func (d *Desk) Explain(id string) error {
	inc, err := d.readable(id)
	if err != nil {
		return err
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	lang := d.Lang()
	facts, now := incident.Facts(history, d.company.ContractOf), present(history, d.now)
	m := Message{
		Title: text.T(lang, "explain.title", "id", inc.ID(), "severity", text.T(lang, "severity."+string(inc.Severity))),
		Text:  text.T(lang, "explain.zone", "zone", text.Zone(d.zone())),
		Items: d.explainClocks(lang, inc, history, facts, now),
	}
	if d.ours() {
		m.Items = append(m.Items, d.explainOurs(lang, inc, history, facts, now)...)
	}
	if len(m.Items) == 0 {
		m.Text = text.T(lang, "promise.none")
	}
	if next, err := d.goesOn(inc); err != nil {
		return err
	} else if next != nil {
		m.Text = text.T(lang, "done.merged", "id", inc.ID(), "into", next.ID()) + " " + m.Text
	}
	return d.Reply(m)
}

// readable is an incident of which the actor may know.
func (d *Desk) readable(id string) (*incident.Incident, error) {
	if !d.ours() {
		return d.own(id)
	}
	if err := d.Staff(); err != nil {
		return nil, err
	}
	return d.lookup(id)
}

// explainClocks are the commitments to the customer. A verdict that was recorded
// stands, with the arithmetic of what was counted; where a contract that changed
// since would count otherwise, the verdict's own figures are told alone.
func (d *Desk) explainClocks(lang company.Lang, inc *incident.Incident, history []incident.Entry, facts []sla.Fact, now time.Time) []Item {
	var counted []sla.Explanation
	if d.company.ContractOf(inc.Customer) != nil {
		counted = sla.Explain(d.company.ContractOf(incident.FirstCustomer(inc.Customer, history)), facts, now)
	}
	clocks := make([]sla.Clock, 0, len(counted))
	for _, e := range counted {
		clocks = append(clocks, *e.Clock)
	}
	begun := begunWith(history)
	var out []Item
	for _, c := range settled(inc, facts, tell(facts), clocks) {
		e := sla.Explanation{Clock: &c}
		var lines []sla.Line
		if i := slices.IndexFunc(counted, func(e sla.Explanation) bool { return e.Name == c.Name && e.Cycle == c.Cycle }); i >= 0 &&
			counted[i].Elapsed == c.Elapsed {
			e.Other, e.Ahead, lines = counted[i].Other, counted[i].Ahead, slices.Collect(counted[i].Lines())
		}
		if d.ours() || begun.IsZero() {
			out = append(out, d.explained(lang, d.cycleWords(lang, cycleOf(c)), e, "", lines))
			continue
		}
		if c, ok := knownHere(c, clocks, begun); ok {
			before, lines := d.sinceHere(lang, lines, begun)
			e.Other = nil // which is about what was before
			out = append(out, d.explained(lang, d.cycleWords(lang, cycleOf(c)), e, before, lines))
		}
	}
	return out
}

// knownHere is a clock as the customer who has the incident since an instant knows it;
// false when it was settled with the one who had it before, whose cycles do not
// count.
func knownHere(c sla.Clock, all []sla.Clock, begun time.Time) (sla.Clock, bool) {
	settled := func(c sla.Clock) bool { return !c.Open() && !c.Stopped.After(begun) }
	if settled(c) {
		return c, false
	}
	for _, o := range all {
		if o.Name == c.Name && settled(o) {
			c.Cycle--
		}
	}
	return c, true
}

// sinceHere are the lines since the present customer got the incident, and a line
// for those before.
func (d *Desk) sinceHere(lang company.Lang, lines []sla.Line, begun time.Time) (string, []sla.Line) {
	var sum time.Duration
	var out []sla.Line
	for _, l := range lines {
		switch {
		case !l.To.After(begun):
			sum += l.Amount()
		case l.From.Before(begun):
			was := l
			was.To, l.From = begun, begun
			sum += was.Amount()
			out = append(out, l)
		default:
			out = append(out, l)
		}
	}
	if len(lines) == 0 || !lines[0].From.Before(begun) {
		return "", out
	}
	return text.T(lang, "explain.before_here", "until", d.stampIn(lang, begun, d.zone()), "amount", text.Exact(sum)), out
}

// begunWith is when the present customer got the incident; zero when it was
// always theirs.
func begunWith(history []incident.Entry) (at time.Time) {
	for _, e := range history {
		if e.Kind == incident.ETransferred {
			at = e.At
		}
	}
	return at
}

// explainOurs are the targets of the teams that have had the incident, and who had the incident for how long.
func (d *Desk) explainOurs(lang company.Lang, inc *incident.Incident, history []incident.Entry, facts []sla.Fact, now time.Time) []Item {
	teams := handedOn(d.company, inc, facts)
	if t := d.company.Team(inc.Team); t != nil && t.OLA != nil {
		teams = slices.Insert(teams, 0, t)
	}
	var out []Item
	for _, t := range teams {
		for _, e := range sla.ExplainTeam(t.OLA, t.Key, facts, now) {
			of := incident.Of{Clock: e.Name, Cycle: e.Cycle, Team: t.Key}
			out = append(out, d.explained(lang, d.cycleWords(lang, of.String()), e, "", slices.Collect(e.Lines())))
		}
	}
	if held := d.held(lang, inc, history, facts, now); held != "" {
		out = append(out, Item{Title: text.T(lang, "explain.held"), Body: held})
	}
	return out
}

// held tells how long each party had the incident, in the hours in which it is to be
// resolved.
func (d *Desk) held(lang company.Lang, inc *incident.Incident, history []incident.Entry, facts []sla.Fact, now time.Time) string {
	first := d.company.ContractOf(incident.FirstCustomer(inc.Customer, history))
	var out []string
	for _, h := range sla.Holders(first, inc.Team, facts, now) {
		who := d.name(h.Team)
		if h.On != "" {
			who = text.T(lang, "holder."+string(h.On))
		}
		out = append(out, who+": "+text.Exact(h.Time))
	}
	return strings.Join(out, " · ")
}

// maxArithmetic bounds the lines of one clock in a message: the last ones are
// told, and of the others the sum.
const maxArithmetic = 24

// explained is one clock with its arithmetic, which begins with what is told before
// its lines.
func (d *Desk) explained(lang company.Lang, label string, e sla.Explanation, before string, lines []sla.Line) Item {
	var body []string
	if before != "" {
		body = append(body, before)
	}
	if n := len(lines) - maxArithmetic; n > 0 {
		var sum time.Duration
		for _, l := range lines[:n] {
			sum += l.Amount()
		}
		body = append(body, text.T(lang, "explain.before", "n", n, "until", d.stampIn(lang, lines[n].From, d.zone()), "amount", text.Exact(sum)))
		lines = lines[n:]
	}
	if !d.ours() {
		for i := range lines {
			lines[i].Calendar = "" // its name is ours
		}
	}
	body = append(body, text.Arithmetic(lang, d.zone(), slices.Values(lines))...)
	body = append(body, text.T(lang, "explain.sum", "elapsed", text.Exact(e.Elapsed), "target", text.Exact(e.Target)))
	body = append(body, d.concluded(lang, e))
	if o := e.Other; o != nil && (o.Elapsed != e.Elapsed || !o.Due.Equal(e.Due)) {
		body = append(body, text.T(lang, "explain.other."+string(o.Rule), "said", d.otherwise(lang, o)))
	}
	return Item{Title: label, Body: strings.Join(body, "\n")}
}

// otherwise is what another rule for changes would have said.
func (d *Desk) otherwise(lang company.Lang, o *sla.Alternative) string {
	key := "explain.otherwise"
	switch {
	case dateless(o.Due) && o.Elapsed == 0:
		key = "explain.otherwise_unbegun"
	case dateless(o.Due):
		key = "explain.otherwise_dateless"
	}
	return text.T(lang, key, "elapsed", text.Exact(o.Elapsed), "due", d.dueWords(lang, o.Due))
}

// concluded is what the arithmetic comes to.
func (d *Desk) concluded(lang company.Lang, e sla.Explanation) string {
	key := "explain." + cmp.Or(string(e.Outcome()), string(e.State))
	if e.Open() && dateless(e.Due) {
		key = "explain.never"
	}
	if a := e.Ahead; a != nil {
		key = map[sla.State]string{sla.Running: "explain.ahead", sla.Paused: "explain.ahead_paused"}[e.State]
		return text.T(lang, key, "due", d.dueWords(lang, e.Due), "from", d.dueWords(lang, a.From), "target", text.Exact(a.Target))
	}
	out := text.T(lang, key, "due", d.dueWords(lang, e.Due), "left", text.Exact(e.Left()), "late", text.Exact(e.Late()))
	if e.State == sla.Excused && d.ours() {
		out += " " + text.T(lang, "explain.reason", "reason", e.Excuse.Reason, "by", d.name(e.Excuse.By), "approved", d.name(e.Excuse.ApprovedBy))
	}
	return out
}

func (d *Desk) dueWords(lang company.Lang, due time.Time) string {
	if local := due.In(d.zone()); !dateless(due) && local.Second() != 0 {
		return text.DayFrom(lang, local, d.now.In(d.zone())) + " " + local.Format("15:04:05")
	}
	return d.dueOn(lang, due, d.zone())
}
