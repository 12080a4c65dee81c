package crash

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
	"sereno/store"
)

// outcome is what is left in the end: in the store, and at Slack.
type outcome struct {
	backlog   bot.Backlog
	dead      []bot.DeadDelivery
	incidents []*incident.Incident
	histories map[int][]incident.Entry
	messages  map[string]*bot.Said // by channel and ts; nil for one that is not known
	slack     *slacktest.Server

	byRoot map[string][]*incident.Incident // by channel and ts
	cards  map[string]string               // incident ids by channel and ts
	posted map[string][]slacktest.Message  // the bot's messages by channel and root
	heard  map[string][]heard              // history entries by channel and ts of their message
	wrong  []string
}

// heard is a line of an incident's history that stems from a message.
type heard struct {
	inc  *incident.Incident
	kind incident.EntryKind
}

func place(channel, ts string) string { return channel + "/" + ts }

// look reads the outcome from the store, which no process has open any more.
func look(t *testing.T, dsn string, slack *slacktest.Server, deeds []*deed) *outcome {
	t.Helper()
	o := &outcome{
		slack: slack, messages: map[string]*bot.Said{}, byRoot: map[string][]*incident.Incident{}, heard: map[string][]heard{},
		cards: map[string]string{}, posted: map[string][]slacktest.Message{},
	}
	for _, m := range slack.Posted() {
		at := place(m.Channel, m.Thread)
		o.posted[at] = append(o.posted[at], m)
		for _, button := range []string{"severity", "reopen"} {
			if id := cardOf(m, button); id != "" {
				o.cards[place(m.Channel, m.TS)] = id
			}
		}
	}
	ctx := t.Context()
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.View(ctx, func(tx bot.Tx) error { return o.read(ctx, tx, deeds) })
	if err != nil {
		t.Fatal(err)
	}
	for _, inc := range o.incidents {
		at := place(inc.Channel, inc.Root)
		o.byRoot[at] = append(o.byRoot[at], inc)
		for _, e := range o.histories[inc.Number] {
			if e.Message == "" || e.Kind == incident.EEdited {
				continue
			}
			channels := []string{inc.Channel}
			if e.Kind == incident.ENote {
				channels[0] = inc.Card.Channel
			}
			at := place(channels[0], e.Message)
			o.heard[at] = append(o.heard[at], heard{inc, e.Kind})
		}
	}
	o.traces(t, dsn, deeds)
	return o
}

// traces reads, for a failure's sake, what became of the event of each message.
func (o *outcome) traces(t *testing.T, dsn string, deeds []*deed) {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(dsn, "postgres://") {
		driver = "pgx"
	}
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows []struct {
		Key, Reason          string
		Seq, State, Failures int
	}
	if err := db.SelectContext(t.Context(), &rows, `SELECT seq, key, state, failures, reason FROM events`); err != nil {
		t.Fatal(err)
	}
	byKey := map[string]string{}
	for _, r := range rows {
		byKey[r.Key] = fmt.Sprintf("event %d, state %d, failures %d %s", r.Seq, r.State, r.Failures, r.Reason)
	}
	for _, d := range deeds {
		if d.ts != "" {
			d.trace = byKey["slack:"+d.channel+":"+d.ts]
		}
	}
}

func (o *outcome) read(ctx context.Context, tx bot.Tx, deeds []*deed) (err error) {
	if o.backlog, err = tx.Backlog(ctx); err != nil {
		return err
	}
	all := bot.IncidentQuery{}
	if o.incidents, err = tx.Incidents(ctx, all); err != nil {
		return err
	}
	if o.histories, err = tx.Histories(ctx, all); err != nil {
		return err
	}
	if o.dead, err = tx.DeadDeliveries(ctx, all.From, 20); err != nil {
		return err
	}
	for _, d := range deeds {
		if d.ts == "" {
			continue
		}
		m, err := tx.MessageAt(ctx, "slack", d.channel, d.ts)
		if err != nil && !strings.Contains(err.Error(), bot.ErrNotFound.Error()) {
			return err
		}
		o.messages[place(d.channel, d.ts)] = m
	}
	return nil
}

// wrongf notes what is not as it must be.
func (o *outcome) wrongf(format string, args ...any) {
	o.wrong = append(o.wrong, fmt.Sprintf(format, args...))
}

// check compares what is left with what people did.
func (o *outcome) check(deeds []*deed) []string {
	o.queues()
	requests := 0
	for i, d := range deeds {
		switch d.kind {
		case request:
			requests++
			o.opened(d)
		case chat:
			if m := o.messages[place(d.channel, d.ts)]; m == nil || m.Incident != 0 {
				o.wrongf("small talk %s is remembered as %+v", d, m)
			}
		case more:
			o.inPlace(d, said, o.byRoot[place(d.channel, d.thread)])
		case reply:
			o.inPlace(d, answered, o.byRoot[place(d.channel, d.thread)])
		case note:
			o.inPlace(d, noted, o.withCard(d.channel, d.thread))
		case command:
			o.noted(d)
		case take:
			o.taken(d)
		case edit:
			o.edited(d, deeds[i+1:])
		}
	}
	for i, inc := range o.incidents {
		if inc.Number != i+1 {
			o.wrongf("incident number %d comes after %d", inc.Number, i)
			break
		}
	}
	if len(o.incidents) != requests {
		o.wrongf("%d incidents for %d requests", len(o.incidents), requests)
	}
	o.sentOnce()
	o.shown()
	return o.wrong
}

// queues: nothing was given up. That nothing waited was seen before the end;
// a timer may have had its word since.
func (o *outcome) queues() {
	if b := o.backlog; b.DeadEvents+b.DeadDeliveries > 0 {
		o.wrongf("the queues hold %+v", b)
	}
	for _, d := range o.dead {
		o.wrongf("given up: %s of %s to %s%s: %s", d.Delivery.Kind, d.Delivery.Incident, d.Delivery.Channel, d.Delivery.User, d.Reason)
	}
}

// opened: a request has one incident, and one receipt in its thread.
func (o *outcome) opened(d *deed) {
	own := o.byRoot[place(d.channel, d.ts)]
	if len(own) != 1 {
		o.wrongf("%s has %d incidents; it is remembered as %+v", d, len(own), o.messages[place(d.channel, d.ts)])
		return
	}
	o.inPlace(d, said, own)
	receipts := 0
	for _, m := range o.posted[place(d.channel, d.ts)] {
		for _, lang := range []company.Lang{company.Spanish, company.English} {
			if strings.Contains(m.Text, text.T(lang, "receipt.title", "id", own[0].ID())) {
				receipts++
				break
			}
		}
	}
	if receipts != 1 {
		o.wrongf("%s (%s) has %d receipts", d, own[0].ID(), receipts)
	}
}

// How a message can stand in a history. Of a request and an answer to it in the
// same instant, the one that Slack hands over first is the report.
var (
	said     = []incident.EntryKind{incident.EReported, incident.ECustomer}
	answered = []incident.EntryKind{incident.EAgent}
	noted    = []incident.EntryKind{incident.ENote}
)

// inPlace: the message is in the history of the one incident, once.
func (o *outcome) inPlace(d *deed, kinds []incident.EntryKind, want []*incident.Incident) {
	if len(want) != 1 {
		o.wrongf("%s answers what has %d incidents", d, len(want))
		return
	}
	got := o.heard[place(d.channel, d.ts)]
	if len(got) != 1 || got[0].inc != want[0] || !slices.Contains(kinds, got[0].kind) {
		var found []string
		for _, h := range got {
			found = append(found, fmt.Sprintf("%s of %s", h.kind, h.inc.ID()))
		}
		o.wrongf("%s must be %q of %s and is %q", d, kinds, want[0].ID(), found)
	}
}

// withCard finds the incident whose card is the message.
func (o *outcome) withCard(channel, ts string) []*incident.Incident {
	number, _ := incident.ParseID(o.cards[place(channel, ts)])
	if number < 1 || number > len(o.incidents) {
		return nil
	}
	return o.incidents[number-1 : number]
}

// noted: an acknowledged command is done once, any other once or never: nobody
// can ask Slack for it again.
func (o *outcome) noted(d *deed) {
	n := 0
	number, _ := incident.ParseID(d.id)
	for _, e := range o.histories[number] {
		if e.Kind == incident.ENote && e.Text == d.text {
			n++
		}
	}
	if n > 1 || n == 0 && d.acknowledged() {
		o.wrongf("%s on %s is %d notes", d, d.id, n)
	}
}

// taken: after an acknowledged press somebody had the incident, unless it was
// resolved when the press came.
func (o *outcome) taken(d *deed) {
	if !d.acknowledged() {
		return
	}
	number, _ := incident.ParseID(d.id)
	for _, e := range o.histories[number] {
		if e.Kind == incident.ETaken || e.Kind == incident.EResolved {
			return
		}
	}
	o.wrongf("%s was taken by nobody", d.id)
}

// edited: the newest edit of a message, if it was acknowledged, is how it reads.
func (o *outcome) edited(d *deed, after []*deed) {
	if !d.acknowledged() {
		return
	}
	for _, later := range after {
		if later.kind == edit && later.ts == d.ts && later.channel == d.channel {
			return
		}
	}
	if m := o.messages[place(d.channel, d.ts)]; m == nil || m.Text != d.text {
		o.wrongf("%s reads %+v", d, m)
	}
}

// sentOnce: no delivery is at Slack twice, none is announced twice.
func (o *outcome) sentOnce() {
	for key, n := range o.slack.Copies() {
		if n > 1 {
			o.wrongf("delivery %s is at Slack %d times", key, n)
		}
	}
	for _, inc := range o.incidents {
		// Another severity makes another promise, with its own due instant, which may
		// be broken as well.
		breaches := map[string]int{}
		for _, e := range o.histories[inc.Number] {
			if came, ok := incident.ParseOutcome(e.Value); ok && e.Kind == incident.EOutcome && came.Is == sla.WasBreached {
				breaches[e.Value]++
			}
		}
		for clock, n := range breaches {
			if n > 1 {
				o.wrongf("%s: the breach of %s was recorded %d times: %+v", inc.ID(), clock, n, o.histories[inc.Number])
			}
		}
	}
}

// shown: each incident has one card in its team's channel, and it tells the truth.
func (o *outcome) shown() {
	cards := map[string][]slacktest.Message{}
	for team := range agents {
		for _, m := range o.posted[place(team, "")] {
			if id := o.cards[place(team, m.TS)]; id != "" {
				cards[id] = append(cards[id], m)
			}
		}
	}
	for _, inc := range o.incidents {
		own := cards[inc.ID()]
		if len(own) != 1 {
			o.wrongf("%s has %d cards", inc.ID(), len(own))
			continue
		}
		lang := company.Spanish
		if inc.Team == "platform" {
			lang = company.English
		}
		title := text.T(lang, "card.title", "id", inc.ID(), "customer", strings.ToUpper(inc.Customer[:1])+inc.Customer[1:],
			"severity", text.T(lang, "severity."+string(inc.Severity)), "status", text.T(lang, "status."+string(inc.Status)))
		if !strings.Contains(own[0].Text, title) {
			o.wrongf("the card of %s says %q and not %q", inc.ID(), own[0].Text, title)
		}
	}
}

func (d *deed) String() string {
	said := "never acknowledged"
	if d.acknowledged() {
		said = "acknowledged"
	}
	return fmt.Sprintf("[%s] %s/%s %q (%s; %s)", d.kind, d.channel, d.ts, d.text, said, d.trace)
}
