package bot

import (
	"strings"
	"time"

	"sereno/bot/incident"
)

// Called records that the customer was answered by telephone, at an earlier
// instant perhaps: it is an answer like one in the chat, given when it was
// given. when is a time of the actor's day ("10:00"), a wall time
// ("2026-11-25T10:00") or an instant of RFC 3339. Agents.
func (d *Desk) Called(id, when, words string) error {
	inc, err := d.answerable(id)
	if err != nil {
		return err
	}
	at, ok := d.instant(when)
	switch {
	case !ok:
		return Refuse("refuse.instant", "value", when, "id", inc.ID())
	case strings.TrimSpace(words) == "":
		return Refuse("refuse.empty_call", "id", inc.ID())
	case at.After(d.at):
		return Refuse("refuse.call_ahead", "value", when)
	case at.Before(inc.ReportedAt) && d.stillToCome(when):
		return Refuse("refuse.call_ahead", "value", when)
	case at.Before(inc.ReportedAt):
		return Refuse("refuse.call_before", "id", inc.ID(), "when", d.stampIn(d.Lang(), inc.ReportedAt, d.zone()))
	}
	entry := incident.Entry{At: at, Kind: incident.EAgent, Value: incident.Called, Text: words}
	if err := d.answeredWith(inc, entry); err != nil {
		return err
	}
	return d.done("done.called", "id", inc.ID(), "when", d.stampIn(d.Lang(), at, d.zone()))
}

// stillToCome reports whether a time without a day is later today.
func (d *Desk) stillToCome(s string) bool {
	clock, err := time.Parse("15:04", s)
	now := d.at.In(d.zone())
	return err == nil && clock.Hour()*60+clock.Minute() > now.Hour()*60+now.Minute()
}

// instant reads when something happened. A time without a day is the last one
// that was so late: at five past midnight, 23:50 is yesterday's.
func (d *Desk) instant(s string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.UTC(), true
	}
	if at, err := time.ParseInLocation("2006-01-02T15:04", s, d.zone()); err == nil {
		return at.UTC(), true
	}
	clock, err := time.Parse("15:04", s)
	if err != nil {
		return time.Time{}, false
	}
	y, m, day := d.at.In(d.zone()).Date()
	at := time.Date(y, m, day, clock.Hour(), clock.Minute(), 0, 0, d.zone())
	if at.After(d.at) {
		at = time.Date(y, m, day-1, clock.Hour(), clock.Minute(), 0, 0, d.zone())
	}
	return at.UTC(), true
}
