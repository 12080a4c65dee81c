package bot

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/ical"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// FeedPath is where the calendars of shifts are on our HTTP server: FeedPath,
// the person's secret, FeedEnd.
const (
	FeedPath = "/calendar/"
	FeedEnd  = ".ics"
)

// What a feed tells: some of the past, and half a year.
const (
	feedPast   = 31 * 24 * time.Hour
	feedAhead  = 183 * 24 * time.Hour
	feedEvery  = time.Hour
	feedDomain = "@sereno"
)

// FeedOf is the calendar of the shifts of whose secret it is, as iCalendar.
// ErrNotFound for a secret of nobody's whom the configuration still knows.
func (b *Bot) FeedOf(ctx context.Context, secret string) ([]byte, error) {
	var out bytes.Buffer
	err := b.Store.View(ctx, func(tx Tx) error {
		out.Reset()
		key, err := tx.FeedOwner(ctx, secret)
		if err != nil {
			return err
		}
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		p := d.company.Person(key)
		if p == nil || p.Customer != nil {
			return ErrNotFound
		}
		feed, err := d.feedOf(p)
		if err != nil {
			return err
		}
		return ical.Write(&out, feed)
	})
	return out.Bytes(), err
}

func (d *Desk) feedOf(p *company.Person) (ical.Feed, error) {
	feed := ical.Feed{Name: text.T(p.Language, "feed.name", "name", p.Name), Stamp: d.now, Refresh: feedEvery}
	changes, err := d.rosterChanges()
	if err != nil {
		return feed, err
	}
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(d.now.Add(-feedPast), d.now.Add(feedAhead), changes) {
			if shift.Person == p.Key {
				feed.Events = append(feed.Events, d.feedEvent(p, s, shift))
			}
		}
	}
	slices.SortStableFunc(feed.Events, func(a, b ical.Event) int { return a.Start.Compare(b.Start) })
	return feed, nil
}

// feedEvent is the shift as others see it. Its UID is made of what it is, so
// that it stays the same from one reading to the next.
func (d *Desk) feedEvent(p *company.Person, s *oncall.Schedule, shift oncall.Shift) ical.Event {
	e := ical.Event{
		UID:     strings.Join([]string{shift.Start.UTC().Format("20060102T150405Z"), s.Name, shift.Person}, "-") + feedDomain,
		Summary: text.T(p.Language, "feed.shift", "schedule", s.Name), Start: shift.Start, End: shift.End,
	}
	if shift.For != "" {
		e.Description = text.T(p.Language, "feed.for", "name", d.name(shift.For))
	}
	return e
}

// Feed tells the actor the secret address of their calendar of shifts; anew
// makes another first, and the old one is void. Agents.
func (d *Desk) Feed(anew bool) error {
	if err := d.rostered(); err != nil {
		return err
	}
	if d.company.PublicURL == "" {
		return Refuse("refuse.no_address")
	}
	secret := d.tx.Feed
	if anew {
		secret = d.tx.NewFeed
	}
	s, err := secret(d.ctx, d.actor.Key)
	if err != nil {
		return fmt.Errorf("the feed of %s: %w", d.actor.Key, err)
	}
	key := "done.feed"
	if anew {
		key = "done.feed_new"
		if err := d.tx.Audit(d.ctx, d.now, d.actor.Key, "oncall feed", "new address"); err != nil {
			return err
		}
	}
	// To them alone, whoever else reads where they asked.
	return d.tellPerson(d.actor, Message{Text: text.T(d.Lang(), key, "url", strings.TrimSuffix(d.company.PublicURL, "/")+FeedPath+s+FeedEnd)})
}
