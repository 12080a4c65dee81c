package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/text"
)

// reasonTest is of a page that only tries a channel.
const reasonTest = "test"

// testFor is how long a person has to press the buttons of a test.
const testFor = 10 * time.Minute

// TestPages sends a test page through every channel of a person, the actor when
// none is named, and reports which were confirmed. Our own people; of others a lead.
func (d *Desk) TestPages(person string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	p := d.actor
	if person != "" {
		if p = d.personNamed(person); p == nil {
			return Refuse("refuse.not_an_agent", "name", person, "agents", strings.Join(d.agents(), ", "))
		}
	}
	if p != d.actor {
		if err := d.must(company.Lead); err != nil {
			return err
		}
	}
	ways := d.bot.ways(p, d.event.Platform)
	if len(ways) == 0 {
		return Refuse("refuse.unreachable", "name", p.Name)
	}
	first, names := int64(0), []string{}
	for rule, w := range ways {
		rec, err := d.testPage(p, w, rule, first)
		if err != nil {
			return err
		}
		if first == 0 {
			first = rec.ID
		}
		names = append(names, w.platform)
	}
	err := d.tx.SetTimer(d.ctx, Timer{
		Due: d.now.Add(testFor).UTC(), Kind: timerTest, Subject: fmt.Sprintf("%d/%s", first, d.author()), Priority: LeastPriority,
	})
	if err != nil {
		return err
	}
	return d.done("done.test", "name", p.Name, "platforms", strings.Join(names, ", "), "n", int(testFor/time.Minute))
}

// testPage tries one channel. Those of one test name the first of them as their
// clock: it is what they are found by.
func (d *Desk) testPage(p *company.Person, w way, rule int, first int64) (PageRecord, error) {
	rec := PageRecord{
		Person: p.Key, Platform: w.platform, Address: w.address, Reason: reasonTest, Rule: rule, Drill: true, At: d.now,
	}
	if first != 0 {
		rec.Clock = strconv.FormatInt(first, 10)
	}
	if !d.bot.usable(w.platform) {
		rec.Failed, rec.Cause = d.now, d.bot.whyUnusable(w.platform)
	}
	if err := d.tx.AddPage(d.ctx, &rec); err != nil || !rec.Failed.IsZero() {
		return rec, err
	}
	id, err := d.say(Delivery{
		Kind: Page, Platform: w.platform, User: w.address, Purpose: purposePage, Reason: reasonTest,
		Message: d.testMessage(&rec), Priority: LeastPriority,
	})
	if err != nil {
		return rec, err
	}
	rec.Delivery = id
	return rec, d.tx.SavePage(d.ctx, rec)
}

func (d *Desk) testMessage(rec *PageRecord) Message {
	lang, _ := d.readerOf(rec.Person)
	m := Message{
		Title: text.T(lang, "test.title"), Text: text.T(lang, "test.text", "platform", rec.Platform), Tone: Warning,
		Buttons: []Button{{ID: "received", Label: text.T(lang, "button.received"), Value: pageSubject(rec.ID), Primary: true}},
	}
	if !rec.Acted.IsZero() {
		m.Text, m.Tone, m.Buttons = text.T(lang, "test.received", "platform", rec.Platform, "after", took(rec.Acted.Sub(rec.At))), Good, nil
	}
	return m
}

// testReceived confirms a test page.
func (d *Desk) testReceived(value string) error {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return Refuse("refuse.gone")
	}
	p, err := d.tx.PageAt(d.ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (p.Incident != 0 || p.Reason != reasonTest) {
		return Refuse("refuse.gone")
	}
	if err != nil {
		return err
	}
	if p.Person != d.author() {
		return Refuse("refuse.not_yours", "name", d.name(p.Person))
	}
	if !p.Acted.IsZero() {
		return nil
	}
	p.Acted = d.at
	if err := d.tx.SavePage(d.ctx, *p); err != nil {
		return err
	}
	d.stalePages = append(d.stalePages, p.ID)
	return nil
}

// testOver tells whoever asked for a test which channels were confirmed.
func (d *Desk) testOver(subject string) error {
	id, asked, _ := strings.Cut(subject, "/")
	first, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	p, err := d.tx.PageAt(d.ctx, first)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	pages, err := d.tx.PagesBetween(d.ctx, p.At, p.At.Add(time.Microsecond))
	if err != nil {
		return err
	}
	asker := d.person(asked)
	if asker == nil {
		return nil
	}
	platform, user, ok := d.bot.talk(asker, p.Platform)
	if !ok {
		return nil
	}
	lang := asker.Language
	m := Message{Title: text.T(lang, "test.over", "name", d.name(p.Person)), Tone: Good}
	for _, q := range pages {
		if q.ID != first && q.Clock != id {
			continue
		}
		line := text.T(lang, "test.unconfirmed")
		switch {
		case !q.Acted.IsZero():
			line = text.T(lang, "test.confirmed", "after", took(q.Acted.Sub(q.At)))
		case !q.Failed.IsZero():
			line, m.Tone = text.T(lang, "test.failed", "cause", q.Cause), Warning
		default:
			m.Tone = Warning
		}
		m.Items = append(m.Items, Item{Title: q.Platform, Body: line})
	}
	_, err = d.say(Delivery{Kind: Direct, Platform: platform, User: user, Purpose: purposeTold, Message: m})
	return err
}
