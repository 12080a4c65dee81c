package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// Desk is what one person can do, within the transaction of one event: every
// command, button, form and reaction ends in one of its methods, which check
// that the person may. When the event is over, finish brings clocks, timers
// and cards in line with what changed.
type Desk struct {
	ctx     context.Context
	bot     *Bot
	tx      Tx
	company *company.Company
	event   *Event // nil for a timer
	// now is the instant of the decision; at is when the person acted.
	now, at time.Time
	// actor is who acts: nil for a timer and for a guest, who is on nobody's side.
	actor *company.Person
	// outside is the customer on whose side the actor is; nil for our own people.
	outside *company.Customer

	loaded   map[int]*incident.Incident
	contacts map[identity]*Contact // nil for one that is not known
	changed  []int                 // numbers, in the order of the first change
	roster   *oncall.Changes       // once it was read
	// missed is when what is being done was due, where we were not there then; the
	// zero instant where it is done in time.
	missed time.Time
	// stalePages are the pages that may read differently than what was sent.
	stalePages []int64
	// longPages are those whose list is brought up to date later, listed those for
	// which that time has come.
	longPages, listed []int64
	// cards are when those cards are shown anew that can wait.
	cards map[int]time.Time
	// articles: one was published, changed or archived, or something was learned of it.
	articles bool
	// solved are those that may be found as past ones otherwise than before, by number.
	solved []int
	// escalating: the actor wants others to be called than themselves.
	escalating bool
	// under waits for the incident's card: what is to be said in its thread.
	under map[int][]func() error
}

// desk is one for a timer, or for an event whose actor recognise is still to find out.
func (b *Bot) desk(ctx context.Context, tx Tx, e *Event, now time.Time) *Desk {
	d := &Desk{
		ctx: ctx, bot: b, tx: tx, company: b.company.Load(), event: e, now: now, at: now,
		loaded: map[int]*incident.Incident{}, contacts: map[identity]*Contact{}, under: map[int][]func() error{},
	}
	if e != nil && e.At.Before(now) {
		d.at = e.At
	}
	return d
}

// here is the channel in which the event happened.
func (d *Desk) here() company.ChannelID {
	return company.ChannelID{Platform: d.event.Platform, ID: d.event.Channel}
}

// author is how the history names who acts: the person's key, or for whoever
// the configuration does not name "platform:id".
func (d *Desk) author() string {
	switch {
	case d.event == nil:
		return ""
	case d.actor != nil:
		return d.actor.Key
	}
	return identity{d.event.Platform, d.event.User}.key()
}

// ours reports whether the actor is one of our own people.
func (d *Desk) ours() bool { return d.actor != nil && d.actor.Customer == nil }

// Lang is the language in which the actor reads: their own, their customer's,
// or the company's.
func (d *Desk) Lang() company.Lang {
	switch {
	case d.actor != nil && d.actor.Language != "":
		return d.actor.Language
	case d.outside != nil:
		return d.outside.Language
	}
	return d.company.Language
}

func (d *Desk) zone() *time.Location {
	switch {
	case d.actor != nil && d.actor.Zone != nil:
		return d.actor.Zone
	case d.outside != nil:
		return d.outside.Zone
	}
	return d.company.Zone
}

// Refusal is why something was not done, for the person who asked: a text of
// the catalogue. Nothing has changed when it is returned.
type Refusal struct {
	Key  string
	Args []any
	over bool // the exchange whose last answer brought it ends
	// written is what the person would have to write again, and is shown with it.
	written string
}

func (r *Refusal) Error() string { return text.T(company.English, r.Key, r.Args...) }

// maxEcho bounds what a refusal repeats of what somebody typed, in characters.
const maxEcho = 400

// Refuse makes a refusal with a text of the catalogue; args are names and
// values in turn.
func Refuse(key string, args ...any) error {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = shorten(s, maxEcho)
		}
	}
	return &Refusal{Key: key, Args: args}
}

// must checks that the actor has the role. A customer learns only that the
// action is not theirs, never whether what they named exists.
func (d *Desk) must(r company.Role) error {
	if d.ours() && d.actor.Has(r) {
		return nil
	}
	if d.ours() {
		role := text.T(d.Lang(), "role."+string(r))
		if r == company.Lead {
			return d.leadsOnly("refuse.role", "role", role)
		}
		return Refuse("refuse.role", "role", role)
	}
	return Refuse("refuse.not_allowed")
}

// leadsOnly refuses what a lead may, and names the leads, if there are any: then the
// catalogue has the text under the key with "_named".
func (d *Desk) leadsOnly(key string, args ...any) error {
	names := d.leads()
	if len(names) == 0 {
		return Refuse(key, args...)
	}
	return Refuse(key+"_named", append(args, "lead", text.Some(names, maxNamed))...)
}

// maxNamed bounds how many people one line names.
const maxNamed = 3

// leads are the names of the leads of the actor's teams; of somebody in none, of the
// team whose channel this is, or else of every team.
func (d *Desk) leads() []string {
	teams := d.company.TeamsOf(d.actor)
	if t := d.company.TeamOf(d.here()); len(teams) == 0 && t != nil {
		teams = []*company.Team{t}
	}
	if !slices.ContainsFunc(teams, func(t *company.Team) bool { return t.Lead != nil }) {
		teams = d.company.Teams
	}
	var names []string
	for _, t := range teams {
		if t.Lead != nil && !slices.Contains(names, t.Lead.Name) {
			names = append(names, t.Lead.Name)
		}
	}
	return names
}

// incident loads an incident, once in the life of the desk.
func (d *Desk) incident(number int) (*incident.Incident, error) {
	if inc := d.loaded[number]; inc != nil {
		return inc, nil
	}
	inc, err := d.tx.Incident(d.ctx, number)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", incident.FormatID(number), err)
	}
	d.loaded[number] = inc
	return inc, nil
}

// change notes that the incident is not what it was.
func (d *Desk) change(inc *incident.Incident) {
	d.loaded[inc.Number] = inc
	for _, n := range d.changed {
		if n == inc.Number {
			return
		}
	}
	d.changed = append(d.changed, inc.Number)
}

// record appends to the incident's history in the actor's name; At is when
// the actor acted unless it is set.
func (d *Desk) record(inc *incident.Incident, e incident.Entry) error {
	if e.At.IsZero() {
		e.At = d.at
	}
	if e.Actor == "" {
		e.Actor = d.author()
	}
	e.Recorded = d.now
	d.change(inc)
	if err := d.tx.AddEntry(d.ctx, inc.Number, e); err != nil {
		return fmt.Errorf("record %s in %s: %w", e.Kind, inc.ID(), err)
	}
	return nil
}

// move takes the incident through a transition of its life cycle, or refuses.
func (d *Desk) move(inc *incident.Incident, a incident.Action) error {
	to, ok := inc.Status.After(a)
	if !ok && inc.MergedInto != "" {
		return d.notOpen(inc)
	}
	if !ok {
		return Refuse("refuse.transition", "id", inc.ID(),
			"action", text.T(d.Lang(), "action."+string(a)),
			"status", text.T(d.Lang(), "status."+string(inc.Status)))
	}
	open := inc.Open()
	inc.Status = to
	d.change(inc)
	if inc.Open() != open {
		d.showPages(inc)
	}
	return nil
}

// say queues a delivery.
func (d *Desk) say(out Delivery) (int64, error) {
	out.Key, out.At = d.bot.Keys(), d.now
	if a := d.bot.adapters[out.Platform]; len(out.Message.Files) > 0 && a != nil && !a.Features().Files {
		out.Message = out.Message.withoutFiles()
	}
	if err := d.tx.Enqueue(d.ctx, &out); err != nil {
		return 0, fmt.Errorf("queue %s: %w", out.Kind, err)
	}
	return out.ID, nil
}

// Reply answers the actor privately, where they acted.
func (d *Desk) Reply(m Message) error { return d.tell(Ephemeral, m) }

// tell says something to the actor alone: where they acted, or from where
// nobody can be answered (the link of a mail), where they can be talked with.
// Somebody who can be talked with nowhere sees what came of it at their link.
func (d *Desk) tell(kind DeliveryKind, m Message) error {
	out := d.private(kind, m)
	if a := d.bot.adapters[out.Platform]; a != nil && a.Features().OneWay {
		if d.actor == nil {
			return nil
		}
		platform, id, ok := d.bot.talk(d.actor, "")
		if !ok {
			return nil
		}
		out = Delivery{Kind: Direct, Platform: platform, User: id, Message: m}
	}
	_, err := d.say(out)
	return err
}

func (d *Desk) private(kind DeliveryKind, m Message) Delivery {
	out := Delivery{Kind: kind, Platform: d.event.Platform, User: d.event.User, Message: m, Trigger: d.event.Trigger}
	if d.event.Direct || d.event.Channel == "" { // a form may come from nowhere in particular
		if kind == Ephemeral {
			out.Kind = Direct
		}
		return out
	}
	out.Channel, out.Thread = d.event.Channel, Ref{Message: d.event.Thread}
	return out
}

// refuse tells the person why nothing was done.
func (b *Bot) refuse(ctx context.Context, tx Tx, e Event, r *Refusal, now time.Time) error {
	d := b.desk(ctx, tx, &e, now)
	if err := d.recognise(); err != nil {
		return err
	}
	if r.over {
		channel, thread := d.exchangeKey()
		if err := tx.EndExchange(ctx, e.Platform, channel, thread, e.User); err != nil {
			return err
		}
	}
	m := Message{Text: text.T(d.Lang(), r.Key, r.Args...), Tone: Warning}
	if r.written != "" {
		m.Text = strings.Join([]string{m.Text, text.T(d.Lang(), "refuse.written"), r.written}, "\n\n")
	}
	return d.tell(Refused, m)
}

// incidentID shows a number, or nothing for none.
func incidentID(n int) string {
	if n == 0 {
		return ""
	}
	return incident.FormatID(n)
}

// Staff refuses whoever is not one of our own people with a part in support.
// What only reads asks for no more.
func (d *Desk) Staff() error {
	if d.ours() && d.actor.Has(company.Quality) {
		return nil
	}
	return d.must(company.Agent)
}
