// Package ical reads calendars that people keep elsewhere (holidays, vacations)
// and writes the feed of somebody's shifts: iCalendar, RFC 5545. Properties are
// parsed and written by github.com/emersion/go-ical (github.com/arran4/golang-ical
// would bring HTTP into the core), recurrences are computed by
// github.com/teambition/rrule-go. Lines are ours, both ways: the library neither
// says in which one a mistake is, nor folds long ones.
package ical

import (
	"time"

	"sereno/bot/civil"
	"sereno/bot/company"
	"sereno/bot/text"
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

// ReadError is a mistake in a calendar: where it is, what is wrong and what to write.
type ReadError struct {
	Line int // from 1
	Err  error
}

func (e *ReadError) Error() string { return e.In(company.English) }

func (e *ReadError) Unwrap() error { return e.Err }

// In is the mistake with its line, in the language.
func (e *ReadError) In(lang company.Lang) string {
	return text.T(lang, "ical.line", "line", e.Line, "wrong", text.Told(lang, e.Err))
}

// wrong is a mistake as the catalogue tells it.
func wrong(line int, key string, args ...any) error {
	return &ReadError{line, text.NewError(key, args...)}
}
