package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"sereno/bot"
	"sereno/bot/incident"
)

// held is what a transaction knows of an incident that it keeps from others.
type held struct {
	number  int
	body    string
	pending int
	history []incident.Entry
	timers  []bot.Timer
	pages   []bot.PageRecord
	// What was changed in a way that is not followed here is read anew.
	historyGone, timersGone bool
}

// holding are the held incidents by number; nil holds none.
type holding map[int]*held

// Hold implements bot.IncidentTx.
func (t *tx) Hold(ctx context.Context, numbers ...int) error {
	t.held = holding{}
	if len(numbers) == 0 {
		return nil
	}
	these := among(t, numbers)
	var rows []struct {
		Number, Pending int
		Body            string
	}
	err := t.list(ctx, &rows, `SELECT number, pending, body FROM incidents WHERE number`+t.oneOf+` ORDER BY number`+t.locking(), these)
	if err != nil {
		return doing(err, "hold incidents")
	}
	for _, r := range rows {
		t.held[r.Number] = &held{number: r.Number, pending: r.Pending, body: r.Body}
	}
	var entries []entryRow
	err = t.list(ctx, &entries, `SELECT `+entryColumns+` FROM entries WHERE incident`+t.oneOf+` ORDER BY incident, at, seq`, these)
	if err != nil {
		return doing(err, "read the histories of held incidents")
	}
	for i := range entries {
		if h := t.held[entries[i].Incident]; h != nil {
			h.history = append(h.history, entries[i].entry())
		}
	}
	var timers []timerRow
	err = t.list(ctx, &timers, `SELECT `+timerColumns+` FROM timers WHERE incident`+t.oneOf+` ORDER BY incident, due, id`, these)
	if err != nil {
		return doing(err, "read the timers of held incidents")
	}
	for i := range timers {
		if h := t.held[timers[i].Incident]; h != nil {
			h.timers = append(h.timers, timers[i].timer())
		}
	}
	pages, err := t.pages(ctx, `incident`+t.oneOf+` ORDER BY incident, id`, these)
	if err != nil {
		return doing(err, "read the pages of held incidents")
	}
	for i := range pages {
		if h := t.held[pages[i].Incident]; h != nil {
			h.pages = append(h.pages, pages[i])
		}
	}
	return nil
}

// among are the numbers as the argument of the dialect's oneOf.
func among[N int | int64](t *tx, numbers []N) string {
	text := make([]string, len(numbers))
	for i, n := range numbers {
		text[i] = strconv.FormatInt(int64(n), 10)
	}
	if t.shared {
		return "{" + strings.Join(text, ",") + "}"
	}
	return "[" + strings.Join(text, ",") + "]"
}

// saveHeld writes what has changed of the incident.
func (t *tx) saveHeld(ctx context.Context, h *held, i *incident.Incident, args []any) error {
	s := statement{must: true, what: "save " + i.ID()}
	was := new(incident.Incident)
	if err := fromDocument(h.body, was); err != nil {
		return err
	}
	old, err := incidentArgs(was)
	if err != nil {
		return doing(err, "save %s", i.ID())
	}
	last := len(args) - 1
	body, pending := args[last].(string), args[0].(int) //nolint:forcetypeassert // incidentArgs made them
	switch {
	case !slices.Equal(args[1:last], old[1:last]):
		s.query, s.args = saveIncident, append(args, i.Number)
	case pending != h.pending:
		s.query, s.args = `UPDATE incidents SET body = ?, pending = ? WHERE number = ?`, []any{body, pending, i.Number}
	case body == h.body:
		return nil
	default:
		s.query, s.args = `UPDATE incidents SET body = ? WHERE number = ?`, []any{body, i.Number}
	}
	h.body, h.pending = body, pending
	return t.later(ctx, s)
}

func (hs holding) historyOf(number int) ([]incident.Entry, bool) {
	h := hs[number]
	if h == nil || h.historyGone {
		return nil, false
	}
	return slices.Clone(h.history), true
}

// added puts an entry where the database would list it.
func (hs holding) added(r *entryRow) {
	h := hs[r.Incident]
	if h == nil {
		return
	}
	at := len(h.history)
	e := r.entry()
	for at > 0 && h.history[at-1].At.After(e.At) {
		at--
	}
	h.history = slices.Insert(h.history, at, e)
}

func (hs holding) forgetHistory(number int) {
	if h := hs[number]; h != nil {
		h.historyGone = true
	}
}

func (hs holding) timersOf(incident, limit int) ([]bot.Timer, bool) {
	h := hs[incident]
	if h == nil || h.timersGone {
		return nil, false
	}
	out := slices.Clone(h.timers)
	slices.SortStableFunc(out, func(a, b bot.Timer) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	if limit > 0 {
		out = out[:min(limit, len(out))]
	}
	return out, true
}

// set notes that a timer is set, and reports whether it was so already. Its ID is
// not known then: it has to be set anew in the database to learn it.
func (hs holding) set(x bot.Timer) (already bool) {
	h := hs[x.Incident]
	if h == nil || h.timersGone {
		return false
	}
	x.ID, x.Due, x.Priority = 0, instant(microsUp(x.Due)), within(x.Priority)
	i := slices.IndexFunc(h.timers, func(t bot.Timer) bool { return t.Kind == x.Kind && t.Subject == x.Subject })
	if i < 0 {
		h.timers = append(h.timers, x)
		return false
	}
	x.ID = h.timers[i].ID
	already = h.timers[i] == x
	h.timers[i] = x
	return already
}

// cancelled notes that a timer is cancelled, and reports whether it was not there.
func (hs holding) cancelled(incident int, kind, subject string) (already bool) {
	h := hs[incident]
	if h == nil || h.timersGone {
		return false
	}
	n := len(h.timers)
	h.timers = slices.DeleteFunc(h.timers, func(t bot.Timer) bool { return t.Kind == kind && t.Subject == subject })
	return len(h.timers) == n
}

func (hs holding) forgetTimers() {
	for _, h := range hs {
		h.timersGone = true
	}
}

func (hs holding) pagesOf(incident int) ([]bot.PageRecord, bool) {
	if h := hs[incident]; h != nil {
		return slices.Clone(h.pages), true
	}
	return nil, false
}

// page notes how a page is now.
func (hs holding) page(p *bot.PageRecord) {
	h := hs[p.Incident]
	if h == nil {
		return
	}
	for i := range h.pages {
		if h.pages[i].ID == p.ID {
			h.pages[i] = *p
			return
		}
	}
	h.pages = append(h.pages, *p)
}
