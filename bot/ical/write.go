package ical

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	rfc "github.com/emersion/go-ical"
)

// Feed is a calendar that others subscribe to.
type Feed struct {
	Name   string
	Events []Event // timed ones, each with a UID that stays the same
	// Stamp is the instant of which the feed tells; Refresh how often it is worth
	// asking again.
	Stamp   time.Time
	Refresh time.Duration
}

// Write writes the feed: instants in UTC, so that no description of a zone is
// needed, lines folded and text escaped as RFC 5545 says.
func Write(w io.Writer, f Feed) error {
	c := rfc.NewCalendar()
	set(c.Component, rfc.PropVersion, "2.0")
	set(c.Component, rfc.PropProductID, "-//Sereno//EN")
	set(c.Component, rfc.PropCalendarScale, "GREGORIAN")
	set(c.Component, rfc.PropMethod, "PUBLISH")
	c.Props.SetText(rfc.PropName, f.Name)
	c.Props.SetText("X-WR-CALNAME", f.Name)
	if f.Refresh > 0 {
		every := fmt.Sprintf("PT%dM", int(f.Refresh/time.Minute))
		p := rfc.NewProp(rfc.PropRefreshInterval)
		p.Params.Set(rfc.ParamValue, string(rfc.ValueDuration))
		p.Value = every
		c.Props.Set(p)
		set(c.Component, "X-PUBLISHED-TTL", every)
	}
	for _, e := range f.Events {
		x := rfc.NewEvent()
		x.Props.SetText(rfc.PropUID, e.UID)
		for name, at := range map[string]time.Time{rfc.PropDateTimeStamp: f.Stamp, rfc.PropDateTimeStart: e.Start, rfc.PropDateTimeEnd: e.End} {
			set(x.Component, name, at.UTC().Format("20060102T150405Z"))
		}
		x.Props.SetText(rfc.PropSummary, e.Summary)
		if e.Description != "" {
			x.Props.SetText(rfc.PropDescription, e.Description)
		}
		c.Children = append(c.Children, x.Component)
	}
	var b bytes.Buffer
	if err := encode(&b, c); err != nil {
		return fmt.Errorf("write a calendar: %w", err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
		if _, err := io.WriteString(w, fold(line)+"\r\n"); err != nil {
			return fmt.Errorf("write a calendar: %w", err)
		}
	}
	return nil
}

// set gives a component a property that is no text of people's.
func set(c *rfc.Component, name, value string) {
	p := rfc.NewProp(name)
	p.Value = value
	c.Props.Set(p)
}

// encode writes the calendar. One without events, which the library refuses, is
// written as one whose only event is left out: programs that subscribe to a feed
// take it, and an error would make them complain.
func encode(b *bytes.Buffer, c *rfc.Calendar) error {
	if len(c.Children) > 0 {
		return rfc.NewEncoder(b).Encode(c)
	}
	event := rfc.NewEvent()
	set(event.Component, rfc.PropUID, "none")
	set(event.Component, rfc.PropDateTimeStamp, "19700101T000000Z")
	c.Children = []*rfc.Component{event.Component}
	if err := rfc.NewEncoder(b).Encode(c); err != nil {
		return err
	}
	head, _, _ := strings.Cut(b.String(), "BEGIN:VEVENT")
	b.Reset()
	b.WriteString(head + "END:VCALENDAR\r\n")
	return nil
}

// maxOctets is how long a line may be without its end (RFC 5545, 3.1).
const maxOctets = 75

// fold cuts a long line, never within a character: what continues it begins with
// a blank.
func fold(line string) string {
	var b strings.Builder
	used := 0
	for _, r := range line {
		n := utf8.RuneLen(r)
		if used+n > maxOctets {
			b.WriteString("\r\n ")
			used = 1
		}
		b.WriteRune(r)
		used += n
	}
	return b.String()
}
