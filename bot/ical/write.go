package ical

import (
	"fmt"
	"io"
	"time"

	ics "github.com/arran4/golang-ical"
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
	c := ics.NewCalendarFor("Sereno")
	c.SetMethod(ics.MethodPublish)
	c.SetCalscale("GREGORIAN")
	c.SetName(f.Name)
	c.SetXWRCalName(f.Name)
	if f.Refresh > 0 {
		every := fmt.Sprintf("PT%dM", int(f.Refresh/time.Minute))
		c.SetRefreshInterval(every, ics.WithValue(string(ics.ValueDataTypeDuration)))
		c.SetXPublishedTTL(every)
	}
	for _, e := range f.Events {
		x := c.AddEvent(e.UID)
		x.SetDtStampTime(f.Stamp.UTC())
		x.SetStartAt(e.Start.UTC())
		x.SetEndAt(e.End.UTC())
		x.SetSummary(e.Summary)
		if e.Description != "" {
			x.SetDescription(e.Description)
		}
	}
	if err := c.SerializeTo(w, ics.WithNewLineWindows, ics.WithLineLength(75)); err != nil {
		return fmt.Errorf("write a calendar: %w", err)
	}
	return nil
}
