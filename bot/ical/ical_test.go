package ical

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/civil/civiltest"
	"sereno/bot/company"
)

// calendar is one with the events given, each a block of lines.
func calendar(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestRead(t *testing.T) {
	madrid := civiltest.Zone(t, "Europe/Madrid")
	for _, tt := range []struct {
		name, calendar string
		want           []string // within 2026
	}{
		{"no events", calendar(), nil},
		{"a day", calendar("UID:a\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Navidad"), []string{"Navidad 2026-12-25 – 2026-12-25"}},
		{"a vacation: its DTEND is the day after", calendar("UID:a\nDTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260817\nSUMMARY:Away"), []string{"Away 2026-08-03 – 2026-08-16"}},
		{"days counted", calendar("UID:a\nDTSTART;VALUE=DATE:20260803\nDURATION:P2W\nSUMMARY:Away"), []string{"Away 2026-08-03 – 2026-08-16"}},
		{"a day on which clocks change has its own length", calendar("UID:a\nDTSTART;VALUE=DATE:20260329\nSUMMARY:x"), []string{"x 2026-03-29 – 2026-03-29"}},
		{"an instant", calendar("UID:a\nDTSTART:20261225T090000Z\nDTEND:20261225T100000Z\nSUMMARY:x"), []string{"x 2026-12-25T09:00:00Z – 2026-12-25T10:00:00Z"}},
		{"a time of a zone", calendar("UID:a\nDTSTART;TZID=America/Argentina/Buenos_Aires:20261225T090000\nDURATION:PT90M\nSUMMARY:x"), []string{"x 2026-12-25T12:00:00Z – 2026-12-25T13:30:00Z"}},
		{"a time without a zone is ours", calendar("UID:a\nDTSTART:20260701T090000\nDTEND:20260701T100000\nSUMMARY:x"), []string{"x 2026-07-01T07:00:00Z – 2026-07-01T08:00:00Z"}},
		{"every year since 2000, the leap day only in leap years", calendar("UID:a\nDTSTART;VALUE=DATE:20000501\nRRULE:FREQ=YEARLY\nSUMMARY:x", "UID:b\nDTSTART;VALUE=DATE:20000229\nRRULE:FREQ=YEARLY\nSUMMARY:y"), []string{"x 2026-05-01 – 2026-05-01"}},
		{"the fourth Thursday of November", calendar("UID:a\nDTSTART;VALUE=DATE:19701126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\nSUMMARY:x"), []string{"x 2026-11-26 – 2026-11-26"}},
		{"every other Monday at nine stays at nine", calendar("UID:a\nDTSTART;TZID=Europe/Madrid:20261012T090000\nDTEND;TZID=Europe/Madrid:20261012T100000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\nSUMMARY:x"), []string{
			"x 2026-10-12T07:00:00Z – 2026-10-12T08:00:00Z", "x 2026-10-26T08:00:00Z – 2026-10-26T09:00:00Z", "x 2026-11-09T08:00:00Z – 2026-11-09T09:00:00Z",
		}},
		{"with exceptions and more dates", calendar("UID:a\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;UNTIL=20260120\nEXDATE;VALUE=DATE:20260112\nRDATE;VALUE=DATE:20260201,20260202\nSUMMARY:x"), []string{
			"x 2026-01-05 – 2026-01-05", "x 2026-01-19 – 2026-01-19", "x 2026-02-01 – 2026-02-01", "x 2026-02-02 – 2026-02-02",
		}},
		{"one of them moved, one cancelled", calendar(
			"UID:a\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:x",
			"UID:a\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260113\nSUMMARY:moved",
			"UID:a\nRECURRENCE-ID;VALUE=DATE:20260119\nDTSTART;VALUE=DATE:20260119\nSTATUS:CANCELLED",
		), []string{"x 2026-01-05 – 2026-01-05", "moved 2026-01-13 – 2026-01-13"}},
		{"only what lies in the time asked for", calendar("UID:a\nDTSTART;VALUE=DATE:20251231\nSUMMARY:x", "UID:b\nDTSTART;VALUE=DATE:20270101\nSUMMARY:y", "UID:c\nDTSTART;VALUE=DATE:20251230\nDURATION:P3D\nSUMMARY:z"), []string{"z 2025-12-30 – 2026-01-01"}},
		{"folded lines, escaped text, a mark before it all", "\uFEFF" + calendar("UID:a\nDTSTART;VALUE=DATE:2026\n 1225\nSUMMARY:Día\\, muy \n largo"), []string{"Día, muy largo 2026-12-25 – 2026-12-25"}},
		{"what is not an event is passed over", "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, madrid), time.Date(2027, 1, 1, 0, 0, 0, 0, madrid)
			events, err := Read(strings.NewReader(tt.calendar), madrid, from, to)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range events {
				if e.AllDay {
					got = append(got, e.Summary+" "+e.First.String()+" – "+e.Last.String())
				} else {
					got = append(got, e.Summary+" "+e.Start.Format(time.RFC3339)+" – "+e.End.Format(time.RFC3339))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMistakesAreSaidWithTheirLine(t *testing.T) {
	for _, tt := range []struct{ name, calendar, want string }{
		{"nothing", "", "line 1: there is no calendar: BEGIN:VCALENDAR is missing"},
		{"a page of the web", "<html>\n", `line 1: "<html>" is not a line of a calendar: write a name, a colon, a value`},
		{"another thing", "BEGIN:VCARD\n", "line 1: a calendar begins with BEGIN:VCALENDAR, not with BEGIN:VCARD: write that first"},
		{"cut off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", "line 3: the calendar ends before END:VEVENT: write it"},
		{"brackets", "BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2: END:VEVENT without its BEGIN: remove it, or write BEGIN:VEVENT before it"},
		{"an event without a beginning", calendar("UID:a"), "line 3: the event has no DTSTART: write DTSTART;VALUE=DATE:20261225"},
		{"a date that is none", calendar("UID:a\nDTSTART;VALUE=DATE:20260230"), `line 5: "20260230" is not a time: write 20261225 for a day, 20261225T090000Z for an instant`},
		{"a zone that is none", calendar("DTSTART;TZID=Romance Standard Time:20260101T090000"), `line 4: "Romance Standard Time" is not a time zone of the IANA database: write one such as Europe/Madrid`},
		{"an end before its beginning", calendar("DTSTART:20260102T000000Z\nDTEND:20260101T000000Z"), "line 5: the event ends before it begins: write a later DTEND"},
		{"a day that ends at an hour", calendar("DTSTART;VALUE=DATE:20260102\nDTEND:20260103T000000Z"), "line 5: DTEND and DTSTART must both be dates, or both be times: write them alike"},
		{"a length that is none", calendar("DTSTART;VALUE=DATE:20260102\nDURATION:PT3H"), `line 5: "PT3H" is not how long such an event can last: write P1D for a day, PT8H for eight hours`},
		{"every second", calendar("DTSTART:20260102T000000Z\nRRULE:FREQ=SECONDLY"), `line 5: "FREQ=SECONDLY" is not a recurrence by days, weeks, months or years: write one such as FREQ=YEARLY`},
		{"a rule that is none", calendar("DTSTART:20260102T000000Z\nRRULE:every year"), `line 5: "every year" is not a recurrence by days, weeks, months or years: write one such as FREQ=YEARLY`},
		{"after a folded line the count goes on", calendar("UID:a\n b\n c\nDTSTART:x"), `line 7: "x" is not a time: write 20261225 for a day, 20261225T090000Z for an instant`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.calendar), time.UTC, instant(t, "2026-01-01T00:00:00Z"), instant(t, "2027-01-01T00:00:00Z"))
			var at *ReadError
			if !errors.As(err, &at) || err.Error() != tt.want {
				t.Fatalf("%v, want %s", err, tt.want)
			}
			// In Spanish too, with the line and, as in English, what to write.
			told := at.In(company.Spanish)
			if !strings.HasPrefix(told, fmt.Sprintf("línea %d: ", at.Line)) || strings.Contains(told, " the ") || strings.Contains(told, " not ") || strings.Contains(told, "write") {
				t.Errorf("in Spanish: %s", told)
			}
			if !regexp.MustCompile("escrib|quit|falta|pon").MatchString(told) {
				t.Errorf("it does not say what to write: %s", told)
			}
		})
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want := []Event{{
		UID: "2026-11-23-payments-oncall-ana@sereno", Summary: "Guardia: pagos; \\ y más, " + strings.Repeat("áé 😀 ", 30),
		Start: instant(t, "2026-11-23T12:00:00Z"), End: instant(t, "2026-11-30T12:00:00Z"),
	}, {
		UID: "b", Summary: "one\ntwo", Start: instant(t, "2026-12-23T12:00:00Z"), End: instant(t, "2026-12-30T12:00:00Z"),
	}}
	var b strings.Builder
	if err := Write(&b, Feed{Name: "Guardias de Ana", Events: want, Stamp: instant(t, "2026-11-23T12:00:00Z"), Refresh: time.Hour}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	got, err := Read(strings.NewReader(b.String()), time.UTC, instant(t, "2026-01-01T00:00:00Z"), instant(t, "2027-01-01T00:00:00Z"))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s\n%s", err, diff, b.String())
	}
}

func FuzzRead(f *testing.F) {
	f.Add(calendar("UID:a\nDTSTART;VALUE=DATE:20000229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:x"))
	f.Add(calendar("UID:a\nDTSTART:20261225T090000\nDURATION:PT1H\nRDATE:20261226T090000,20261227T090000Z\nEXDATE:20261226T090000"))
	f.Add(calendar("UID:\"a\nDTSTART;TZID=\"Europe/Madrid\":20261225T090000\nRRULE:FREQ=DAILY;BYSETPOS=-1;BYWEEKNO=53"))
	f.Add("BEGIN:VCALENDAR\n \n;=:\nEND:VCALENDAR")
	from, to := instant(f, "2026-01-01T00:00:00Z"), instant(f, "2027-01-01T00:00:00Z")
	f.Fuzz(func(t *testing.T, s string) {
		events, err := Read(strings.NewReader(s), time.UTC, from, to)
		var at *ReadError
		if err != nil && (!errors.As(err, &at) || at.Line < 1) {
			t.Errorf("%v", err)
		}
		for _, e := range events {
			if e.End.Before(e.Start) || !e.Start.Before(to) || e.End.Before(from) {
				t.Errorf("%+v", e)
			}
		}
	})
}

func TestOnlyWhatIsWantedNeedsToBeUnderstood(t *testing.T) {
	text := calendar(
		"UID:a\nDTSTART;TZID=Argentina Standard Time:20261124T100000\nSUMMARY:meeting",
		"UID:b\nDTSTART;VALUE=DATE:20261221\nRRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:away\nCATEGORIES:Leave\\, paid,Family",
		"UID:b\nRECURRENCE-ID;VALUE=DATE:20261228\nDTSTART;VALUE=DATE:20261228\nSUMMARY:there after all",
	)
	from, to := instant(t, "2026-01-01T00:00:00Z"), instant(t, "2027-01-01T00:00:00Z")
	if _, err := Read(strings.NewReader(text), time.UTC, from, to); err == nil {
		t.Error("all of it was read")
	}
	got, err := ReadOnly(strings.NewReader(text), time.UTC, from, to, func(e Event) bool { return e.Summary == "away" })
	if err != nil || len(got) != 1 || got[0].First.String() != "2026-12-21" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if d := cmp.Diff([]string{"Leave, paid", "Family"}, got[0].Categories); d != "" {
		t.Error(d)
	}
}
