// Package ical reads calendars that people keep elsewhere (holidays, vacations)
// and writes the feed of somebody's shifts: iCalendar, RFC 5545. Properties are
// parsed and written by github.com/emersion/go-ical (github.com/arran4/golang-ical
// would bring HTTP into the core), recurrences are computed by
// github.com/teambition/rrule-go. Lines are ours, both ways: the library neither
// says in which one a mistake is, nor folds long ones.
package ical

import (
	"fmt"
	"time"

	"sereno/bot/civil"
)

// Event is one occurrence of an event.
type Event struct {
	UID, Summary string
	// Description is further text; written, and not read.
	Description string
	// Categories are the words under which somebody filed the event; OutOfOffice,
	// that a program of mail and calendars shows them as away (Microsoft's
	// X-MICROSOFT-CDO-BUSYSTATUS). Read, and not written.
	Categories  []string
	OutOfOffice bool
	// AllDay says that the event is of civil days, First to Last, both included,
	// whatever the zone. Start and End are then their bounds on the clocks of the
	// zone that Read was given.
	AllDay      bool
	First, Last civil.Date
	// Start is included, End is not. UTC.
	Start, End time.Time
}

// ReadError is a mistake in a calendar: where it is and what is wrong.
type ReadError struct {
	Line int // from 1
	What string
}

func (e *ReadError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What) }

func wrong(line int, format string, args ...any) error {
	return &ReadError{line, fmt.Sprintf(format, args...)}
}
