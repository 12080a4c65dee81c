package sla

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestConformanceClocks(t *testing.T) {
	b9d, f, m, g, b8 := calB9d(t), calF(t), calM(t), calG(t), calB8(t)
	fHoliday := simple(t, "UTC", "10:00-18:00", monToFri, holidays("2026-03-06"))
	utc := always(t, "UTC")
	onlyFirst := func(c *Calendar, first float64) *Contract { return contract(c, first, 0, 0) }
	onlyResolution := func(c *Calendar, resolution float64) *Contract { return contract(c, 0, 0, resolution) }
	pauseFirst := pausing(Customer, FirstResponse, NextResponse, Resolution)
	changing := func(also ...func(*Contract)) *Contract {
		return contract(m, 0, 0, 480, append([]func(*Contract){
			promise(High, m, 0, 0, 240), promise(Critical, m, 0, 0, 60),
		}, also...)...)
	}

	for _, tt := range []struct {
		row      string
		contract *Contract
		calendar *Calendar
		story    string
		want     []string
	}{
		{"18: a clock that pauses twice", contract(b9d, 120, 0, 0, pauseFirst), b9d, `
			2013-06-04 09:00Z reported high
			09:30Z waiting waiting_customer
			09:45Z resumed
			11:00Z`, []string{"first_response running, due Tue 04 13:15:00, took 1h45m0s"}},
		{"18: and again", contract(b9d, 120, 0, 0, pauseFirst), b9d, `
			2013-06-04 09:00Z reported high
			09:30Z waiting waiting_customer
			09:45Z resumed
			10:00Z waiting waiting_customer
			10:30Z resumed
			11:00Z`, []string{"first_response running, due Tue 04 13:45:00, took 1h15m0s"}},
		{"19: due at closing time after a pause", contract(b9d, 120, 0, 0, pauseFirst), b9d, `
			2013-06-04 09:00Z reported high
			10:00Z waiting waiting_customer
			15:00Z resumed`, []string{"first_response running, due Tue 04 18:00:00, took 1h0m0s"}},
		{"20: three goals and one pause", contract(b9d, 120, 180, 250, pauseFirst), b9d, `
			2013-06-04 09:00Z reported high
			10:00Z waiting waiting_customer
			10:30Z resumed
			10:45Z agent_wrote
			12:00Z resolved`, []string{
			"first_response met, due Tue 04 13:30:00, took 1h15m0s",
			"resolution met, due Tue 04 15:40:00, took 2h30m0s",
		}},
		{"21: waiting from the start to the end", onlyResolution(b9d, 120), b9d, `
			2013-06-04 09:00Z reported high
			09:00Z waiting waiting_customer
			12:00Z resolved`, []string{"resolution met, due Tue 04 16:00:00, took 0s"}},
		{"21: open for half an hour", onlyResolution(b9d, 120), b9d, `
			2013-06-04 09:00Z reported high
			09:00Z waiting waiting_customer
			10:30Z resumed
			11:00Z waiting waiting_customer
			12:00Z resolved`, []string{"resolution met, due Tue 04 15:30:00, took 30m0s"}},
		{"21: open for two", onlyResolution(b9d, 120), b9d, `
			2013-06-04 09:00Z reported high
			09:00Z waiting waiting_customer
			10:30Z resumed
			11:00Z waiting waiting_customer
			11:30Z resumed
			12:00Z resolved`, []string{"resolution met, due Tue 04 15:00:00, took 1h0m0s"}},
		{"22: the whole life", onlyResolution(utc, 240), utc, `
			2026-09-16 10:00 reported high
			11:30 waiting waiting_customer
			12:00 resolved
			2026-09-23 12:00`, []string{"resolution met, due Wed 16 14:30:00, took 1h30m0s"}},
		{"22: started in the middle", contract(utc, 0, 30, 0), utc, `
			2026-09-16 10:00 reported high
			10:01 agent_wrote
			11:15 customer_wrote
			11:30 waiting waiting_customer
			12:00 resumed
			12:01`, []string{"next_response running, due Wed 16 12:15:00, took 16m0s"}},
		{"24: three short pauses, the first response pauses for none", contract(g, 30, 0, 30), g, `
			2034-06-09 08:46:12 reported high
			08:47:42 waiting waiting_customer
			10:05:54 resumed
			10:09:13 waiting waiting_customer
			10:34:38 resumed
			10:43:41 waiting waiting_customer
			11:29:17 resumed`, []string{
			"first_response breached, due Fri 09 09:16:12, took 2h43m5s, still open",
			"resolution running, due Fri 09 11:45:25, took 13m52s",
		}},
		{"28: on hold while the customer thinks", contract(f, 60, 0, 240), f, `
			2026-03-02 12:00 reported high
			12:30 agent_wrote
			12:30 waiting waiting_customer
			13:00 resumed
			13:30 resolved`, []string{
			"first_response met, due Mon 02 13:00:00, took 30m0s",
			"resolution met, due Mon 02 16:30:00, took 1h0m0s",
		}},
		{"29: a pause over a holiday", onlyResolution(fHoliday, 240), fHoliday, `
			2026-03-05 17:30 reported high
			17:50 waiting waiting_customer
			2026-03-09 12:30 resumed
			13:00 resolved`, []string{"resolution met, due Mon 09 16:10:00, took 50m0s"}},
		{"30: a pause that ends at the last moment", onlyResolution(f, 120), f, `
			2026-03-05 15:00 reported critical
			15:30 waiting waiting_customer
			16:30 resumed`, []string{"resolution running, due Thu 05 18:00:00, took 30m0s"}},
		{"30: a second more and it is tomorrow", onlyResolution(f, 120), f, `
			2026-03-05 15:00 reported critical
			15:30 waiting waiting_customer
			16:30:01 resumed`, []string{"resolution running, due Fri 06 10:00:01, took 30m0s"}},
		{"31: late by nine minutes", onlyFirst(f, 30), f, `
			2026-03-02 10:00 reported critical
			10:39 agent_wrote`, []string{"first_response breached, due Mon 02 10:30:00, took 39m0s"}},
		{"31: an answer outside hours", onlyFirst(f, 30), f, `
			2026-03-02 17:55 reported critical
			18:05 agent_wrote`, []string{"first_response met, due Tue 03 10:25:00, took 5m0s"}},
		{"32: closing changes nothing", onlyResolution(f, 240), f, `
			2026-03-02 12:00 reported high
			12:30 resolved
			2026-03-03 12:30 closed`, []string{"resolution met, due Mon 02 16:00:00, took 30m0s"}},
		{"33: the next response is owed and given", contract(b8, 60, 120, 180), b8, `
			2013-03-21 09:30Z reported high
			12:00Z agent_wrote
			12:05Z customer_wrote
			12:07Z`, []string{
			"first_response breached, due Thu 21 11:30:00, took 2h30m0s",
			"next_response running, due Thu 21 15:05:00, took 2m0s",
			"resolution running, due Thu 21 13:30:00, took 2h37m0s",
		}},
		{"33: until it is over", contract(b8, 60, 120, 180), b8, `
			2013-03-21 09:30Z reported high
			12:00Z agent_wrote
			12:05Z customer_wrote
			12:10Z agent_wrote
			13:00Z resolved
			15:00Z`, []string{
			"first_response breached, due Thu 21 11:30:00, took 2h30m0s",
			"next_response met, due Thu 21 15:05:00, took 5m0s",
			"resolution breached, due Thu 21 13:30:00, took 3h30m0s",
		}},
		{"34: the oldest unanswered message counts", contract(utc, 0, 30, 0), utc, `
			2026-09-16 09:00 reported high
			09:01 agent_wrote
			10:00 customer_wrote
			10:10 customer_wrote
			10:20 agent_wrote`, []string{"next_response met, due Wed 16 10:30:00, took 20m0s"}},
		{"35: an agent who writes first, and again, owes nothing", contract(utc, 0, 30, 0), utc, `
			2026-09-16 09:00 reported high
			09:01 agent_wrote
			10:00 agent_wrote
			11:00`, []string{}},
		{"36: each exchange is a cycle", contract(utc, 0, 30, 0), utc, `
			2026-09-16 09:00 reported high
			09:01 agent_wrote
			10:00 customer_wrote
			10:10 agent_wrote
			11:00 customer_wrote
			11:05 agent_wrote`, []string{
			"next_response met, due Wed 16 10:30:00, took 10m0s",
			"next_response #2 met, due Wed 16 11:30:00, took 5m0s",
		}},
		{"37: a severity that promises nothing", contract(m, 60, 60, 480, promise(Low, nil, 0, 0, 0)), m, `
			2026-09-16 10:00 reported high
			10:30 severity low
			15:00`, []string{
			"first_response cancelled, due Wed 16 11:00:00, took 30m0s",
			"resolution cancelled, due Wed 16 18:00:00, took 30m0s",
		}},
		{"38: a goal of one hour", onlyFirst(b8, 60), b8, `
			2013-03-21 09:30Z reported high`, []string{"first_response running, due Thu 21 11:30:00, took 0s"}},
		{"38: edited to two while open", onlyFirst(b8, 120), b8, `
			2013-03-21 09:30Z reported high`, []string{"first_response running, due Thu 21 12:30:00, took 0s"}},
		{"55: the customer's message ends the pause", onlyResolution(m, 240), m, `
			2026-09-14 09:00 reported high
			10:00 waiting waiting_customer
			10:30 customer_wrote
			12:00 resumed`, []string{"resolution running, due Mon 14 13:30:00, took 2h30m0s"}},
		{"56: low becomes high", changing(), m, `
			2026-09-16 10:00 reported low
			12:00 severity high`, []string{"resolution running, due Wed 16 14:00:00, took 2h0m0s"}},
		{"56: with a pause before", changing(), m, `
			2026-09-16 10:00 reported low
			10:30 waiting waiting_customer
			11:30 resumed
			12:00 severity high`, []string{"resolution running, due Wed 16 15:00:00, took 1h0m0s"}},
		{"56: and lands in the past", changing(), m, `
			2026-09-16 10:00 reported low
			12:00 severity critical`, []string{"resolution breached, due Wed 16 11:00:00, took 2h0m0s, reclassified, still open"}},
		{"61: a merge takes the earliest message", onlyFirst(m, 60), m, `
			2026-09-16 09:30 reported high
			09:00 customer_wrote
			09:45`, []string{"first_response running, due Wed 16 10:00:00, took 45m0s"}},
		{"61: the source leaves no verdict", onlyFirst(m, 60), m, `
			2026-09-16 09:30 reported high
			09:45 cancelled
			12:00 agent_wrote`, []string{"first_response cancelled, due Wed 16 10:30:00, took 15m0s"}},
		{"62: what is no public answer stops nothing", onlyFirst(m, 60), m, `
			2026-09-16 09:30 reported high
			09:31 bot_answered
			09:40 noted
			09:41 reacted
			09:45`, []string{"first_response running, due Wed 16 10:30:00, took 15m0s"}},
		{"62: a call counts from when it was made", onlyFirst(m, 60), m, `
			2026-09-16 09:30 reported high
			10:00 agent_wrote
			10:00 agent_wrote
			11:00`, []string{"first_response met, due Wed 16 10:30:00, took 30m0s"}},
		{"63: looked at again after two hours", onlyFirst(m, 60), m, `
			2026-09-16 10:00 reported high
			10:50 agent_wrote
			12:00`, []string{"first_response met, due Wed 16 11:00:00, took 50m0s"}},
	} {
		t.Run(tt.row, func(t *testing.T) {
			facts, now := told(t, tt.calendar, tt.story)
			got := read(Compute(tt.contract, facts, now), tt.calendar.Zone())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("clocks (-want +got):\n%s", diff)
			}
		})
	}
}

// Row 58: the marks of a clock are counted in its calendar.
func TestConformance58(t *testing.T) {
	m := calM(t)
	facts, now := told(t, m, "2026-09-16 14:00 reported high")
	c := contract(m, 0, 0, 480, warning(0.5, 0.75, 0.9))
	clock := Compute(c, facts, now)[0]
	want := []Mark{
		{at(t, m, "2026-09-16 18:00").UTC(), 0.5},
		{at(t, m, "2026-09-17 11:00").UTC(), 0.75},
		{at(t, m, "2026-09-17 12:12").UTC(), 0.9},
		{at(t, m, "2026-09-17 13:00").UTC(), 1},
	}
	if diff := cmp.Diff(want, clock.Marks()); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	// Row 24: five minutes before due is five minutes of business before it.
	if alarm, err := m.Sub(clock.Due, 5*time.Minute); err != nil || !alarm.Equal(at(t, m, "2026-09-17 12:55")) {
		t.Errorf("the alarm is at %v, %v", alarm, err)
	}
}
