package sla

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sereno/bot/civil"
	"sereno/bot/civil/civiltest"
)

// anyCalendar draws a calendar of any zone with hours of any kind.
func anyCalendar(t *rapid.T, zones []*time.Location) *Calendar {
	spec := CalendarSpec{Name: "any", Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	spec.Weekly = anyWeek(t, "weekly")
	for range rapid.IntRange(0, 3).Draw(t, "holidays") {
		d := anyDate(t)
		spec.Holidays = append(spec.Holidays, Holiday{rapid.SampledFrom([]int{0, d.Year}).Draw(t, "year"), d.Month, d.Day})
	}
	spec.Exceptions = map[Date][]Span{}
	for range rapid.IntRange(0, 2).Draw(t, "exceptions") {
		spec.Exceptions[anyDate(t)] = anyDay(t, "exception")
	}
	if rapid.Bool().Draw(t, "season") {
		from, to := anyDate(t), anyDate(t)
		spec.Seasons = []Season{{MonthDay{from.Month, from.Day}, MonthDay{to.Month, to.Day}, anyWeek(t, "season's")}}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "versions") {
		at := time.Date(2015+8*i+rapid.IntRange(0, 7).Draw(t, "version"), 1, 1, 0, 0, 0, 0, time.UTC)
		at = at.Add(time.Duration(rapid.IntRange(0, 365*24*60*60).Draw(t, "version at")) * time.Second)
		then := CalendarSpec{Zone: rapid.SampledFrom(zones).Draw(t, "then in"), Weekly: anyWeek(t, "then")}
		spec.Versions = append(spec.Versions, CalendarVersion{at, then})
	}
	c, err := NewCalendar(spec)
	if err == nil {
		return c
	}
	for _, e := range SpecErrors(err) {
		if e.Problem != SpansOverlap || !strings.HasPrefix(e.Path+" "+e.Other, "exceptions.") {
			t.Fatal(err)
		}
	}
	spec.Exceptions = nil // one next to a night was refused, rightly
	if c, err = NewCalendar(spec); err != nil {
		t.Fatal(err)
	}
	return c
}

func anyWeek(t *rapid.T, name string) (week [7][]Span) {
	for day := range week {
		week[day] = anyDay(t, name)
	}
	week[rapid.IntRange(0, 6).Draw(t, "open")] = []Span{{60, 190}}
	if night := rapid.IntRange(0, 6).Draw(t, "night"); rapid.Bool().Draw(t, "nights") {
		week[night], week[(night+1)%7] = []Span{{1320, 1800}}, nil
	}
	return week
}

// anyDay draws hours, to the minute, more often than not around the times at
// which clocks are changed.
func anyDay(t *rapid.T, name string) (out []Span) {
	edges := rapid.SliceOfNDistinct(rapid.OneOf(
		rapid.IntRange(0, minutesPerDay), rapid.IntRange(0, 240), rapid.Just(0), rapid.Just(minutesPerDay),
	), 0, 4, rapid.ID).Draw(t, name)
	slices.Sort(edges)
	for i := 0; i+1 < len(edges); i += 2 {
		out = append(out, Span{edges[i], edges[i+1]})
	}
	return out
}

func anyDate(t *rapid.T) Date {
	return Date{Year: 2010, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 30*365).Draw(t, "date"))
}

// anyInstant is near a change of the zone's clocks half of the time.
func anyInstant(t *rapid.T, zone *time.Location, name string) time.Time {
	at := time.Unix(rapid.Int64Range(1262304000, 2208988800).Draw(t, name), 0).UTC() // 2010 to 2040
	if rapid.Bool().Draw(t, name+" near a change") {
		if _, change := at.In(zone).ZoneBounds(); !change.IsZero() {
			at = change.UTC()
		}
	}
	return at.Add(time.Duration(rapid.Int64Range(-int64(72*time.Hour), int64(72*time.Hour)).Draw(t, name+" off by")))
}

func TestCalendarProperties(t *testing.T) {
	zones := civiltest.Zones(t)
	rapid.Check(t, func(t *rapid.T) { checkCalendar(t, zones) })
}

// Fuzzing goes on where the test above stops: go test -fuzz FuzzCalendar ./bot/sla
func FuzzCalendar(f *testing.F) {
	zones := []*time.Location{}
	for _, name := range []string{
		"America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo",
		"Pacific/Apia", "America/Nuuk", "Antarctica/Troll", "Asia/Tehran",
	} {
		zones = append(zones, civiltest.Zone(f, name))
	}
	zones = append(zones, civiltest.Zones(f)...)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkCalendar(t, zones) }))
}

func checkCalendar(t *rapid.T, zones []*time.Location) {
	c := anyCalendar(t, zones)
	from := anyInstant(t, c.Zone(), "from")
	d := time.Duration(rapid.Int64Range(1, int64(2000*time.Hour)).Draw(t, "duration"))
	more := time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "more"))
	due, err := c.Add(from, d)
	if err != nil {
		t.Fatalf("Add(%v, %v): %v", from, d, err)
	}
	if got := c.Between(from, due); got != d {
		t.Fatalf("Between(%v, Add %v = %v) = %v", from, d, due, got)
	}
	if !c.OpenAt(due.Add(-1)) {
		t.Fatalf("Add(%v, %v) = %v, when it has long been closed", from, d, due)
	}
	if due2, err := c.Add(from, d+more); err != nil || due2.Before(due) {
		t.Fatalf("%v more is due earlier: %v, not %v, %v", more, due2, due, err)
	}
	if due2, err := c.Add(from.Add(more), d); err != nil || due2.Before(due) {
		t.Fatalf("begun %v later it is due earlier: %v, not %v, %v", more, due2, due, err)
	}
	begun, err := c.Sub(due, d)
	if err != nil || begun.Before(from) || c.Between(from, begun) != 0 || !c.OpenAt(begun) {
		t.Fatalf("Sub(%v, %v) = %v, %v; it was begun at %v", due, d, begun, err, from)
	}
	middle := anyInstant(t, c.Zone(), "middle")
	if whole := c.Between(from, middle) + c.Between(middle, due); whole != d {
		t.Fatalf("by way of %v it is %v, not %v", middle, whole, d)
	}
	checkWindows(t, c, from, from.Add(20*24*time.Hour))
}

// checkWindows compares the windows with the other answers, and with the hours
// that the clocks on the wall show, away from the days on which they change.
func checkWindows(t *rapid.T, c *Calendar, from, to time.Time) {
	var sum time.Duration
	last := from.Add(-1)
	for _, w := range c.Windows(from, to) {
		if !w.Start.After(last) || !w.End.After(w.Start) || w.Start.Before(from) || w.End.After(to) {
			t.Fatalf("window %v after %v, of %v to %v", w, last, from, to)
		}
		if !c.OpenAt(w.Start) || !c.OpenAt(w.End.Add(-1)) || (w.End.Before(to) && c.OpenAt(w.End)) {
			t.Fatalf("not open in the window %v", w)
		}
		last, sum = w.End, sum+w.End.Sub(w.Start)
	}
	if got := c.Between(from, to); got != sum {
		t.Fatalf("the windows from %v to %v are %v, Between says %v", from, to, sum, got)
	}
	for at := from; at.Before(to); at = at.Add(7*time.Hour + 13*time.Minute) {
		if steady(at, c.ZoneAt(at)) && c.versionAt(at) == c.versionAt(at.Add(-48*time.Hour)) && c.OpenAt(at) != openOnTheWall(c, at) {
			t.Fatalf("OpenAt(%v) = %v", at.In(c.Zone()), c.OpenAt(at))
		}
	}
}

// steady reports whether no clock is changed for two days around.
func steady(at time.Time, zone *time.Location) bool {
	change, next := at.In(zone).ZoneBounds()
	return (change.IsZero() || at.Sub(change) > 48*time.Hour) && (next.IsZero() || next.Sub(at) > 48*time.Hour)
}

// openOnTheWall looks the hours up as a person would.
func openOnTheWall(c *Calendar, at time.Time) bool {
	zone := c.ZoneAt(at)
	today, local := civil.DateOf(at, zone), at.In(zone)
	second := local.Hour()*3600 + local.Minute()*60 + local.Second()
	for back := range 2 {
		for _, s := range c.versionAt(at).on(today.AddDays(-back)) {
			if now := second + back*minutesPerDay*60; s.From*60 <= now && now < s.To*60 {
				return true
			}
		}
	}
	return false
}

// anyStory draws what happens to an incident within about two weeks; it may be
// moved to customers with the given contracts.
func anyStory(t *rapid.T, contracts ...*Contract) []Fact {
	minute := rapid.IntRange(0, 14*24*60)
	facts := []Fact{{At: storyStart.Add(time.Duration(minute.Draw(t, "reported")/4) * time.Minute), Kind: Reported, Severity: rapid.SampledFrom(Severities).Draw(t, "severity")}}
	kinds := []Kind{CustomerWrote, AgentWrote, SeverityIs, Waiting, Waiting, Resumed, Resolved, Reopened, Reported, "noted", Confirmed, WorkaroundGiven, TeamIs, ExcuseGiven, ExcuseWithdrawn, RequestIs}
	if len(contracts) > 0 {
		kinds = append(kinds, ContractIs)
	}
	for i := range rapid.IntRange(4, 14).Draw(t, "facts") {
		f := Fact{At: storyStart.Add(time.Duration(minute.Draw(t, "minute")) * time.Minute), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Seq: int64(i + 1)}
		switch f.Kind {
		case SeverityIs, Reported:
			f.Severity = rapid.SampledFrom(Severities).Draw(t, "severity")
		case Waiting:
			f.On = rapid.SampledFrom([]WaitingOn{Customer, ThirdParty, Development}).Draw(t, "on")
		case ContractIs:
			f.Contract = rapid.SampledFrom(contracts).Draw(t, "contract")
		case RequestIs:
			f.Request = rapid.SampledFrom(Requests).Draw(t, "request")
		case TeamIs:
			f.Team = rapid.SampledFrom([]string{"payments", "network"}).Draw(t, "team")
		case ExcuseGiven, ExcuseWithdrawn:
			f.Excuse = Excuse{Name: rapid.SampledFrom(Names).Draw(t, "excused"), Cycle: 1, ApprovedBy: "diego"}
		}
		facts = append(facts, f)
	}
	if rapid.IntRange(0, 9).Draw(t, "ends") == 0 {
		facts = append(facts, Fact{At: storyStart.Add(time.Duration(minute.Draw(t, "cancelled")) * time.Minute), Kind: Cancelled})
	}
	return facts
}

// storyStart is a Monday; clocks change in Madrid on the Sunday after.
var storyStart = time.Date(2026, 10, 19, 0, 0, 0, 0, time.UTC)

// anyPresent is an instant during a story or not long after.
func anyPresent(t *rapid.T) time.Time {
	return storyStart.Add(time.Duration(rapid.IntRange(0, 20*24*60*60).Draw(t, "now")) * time.Second)
}

func anyContract(t testing.TB) *Contract {
	m, ny, utc := calM(t), calNY(t), always(t, "UTC")
	return contract(m, 60, 120, 480, warning(0.25, 0.5, 0.75, 0.9),
		promise(Critical, utc, 15, 30, 240), promise(Normal, ny, 240, 480, 1620), promise(Low, m, 540, 540, 0),
		also(Update, 90), also(Workaround, 200, onceConfirmed),
		pausing(ThirdParty, Resolution, Update), pausing(Development, FirstResponse, Workaround),
		func(c *Contract) {
			c.Terms[0].Kinds = map[Request]map[Severity]Level{Question: {High: oneLevel(ny, 90, 45, 700), Low: oneLevel(m, 600, 0, 0)}}
		})
}

// changingContracts are three whose terms change while stories are told.
func changingContracts(t testing.TB) []*Contract {
	kept, anew, restarted := anyContract(t), anyContract(t), anyContract(t)
	kept.Name, anew.Name, restarted.Name = "kept", "anew", "restarted"
	moved := simple(t, "UTC", "00:00-24:00", everyDay, versionFrom(storyStart.Add(130*time.Hour), calNY(t)))
	utc, nothing := contract(moved, 120, 60, 600, pausing(Customer), also(Update, 30)), contract(nil, 0, 0, 0)
	first, second := storyStart.Add(70*time.Hour), storyStart.Add(170*time.Hour)
	from(first, utc, Piecewise)(kept)
	from(second, anyContract(t), Piecewise)(kept)
	from(first, utc, Recompute)(anew)
	from(second, nothing, Recompute)(anew)
	from(second, utc, Piecewise)(restarted)
	restarting(restarted)
	return []*Contract{kept, anew, restarted}
}

// The same facts give the same clocks, in whatever order they became known.
func TestArrivalOrderDoesNotMatter(t *testing.T) {
	contracts := append(changingContracts(t), anyContract(t))
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(contracts).Draw(t, "contract")
		facts := anyStory(t, contracts...)
		now := anyPresent(t)
		want := Compute(c, facts, now)
		shuffled := rapid.Permutation(facts).Draw(t, "arrival")
		if diff := cmp.Diff(want, Compute(c, shuffled, now)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(TeamClocks(c, "payments", facts, now), TeamClocks(c, "payments", shuffled, now)); diff != "" {
			t.Fatalf("a team's: %s", diff)
		}
		twice := append(slices.Clone(facts), facts[rapid.IntRange(0, len(facts)-1).Draw(t, "again")])
		if diff := cmp.Diff(want, Compute(c, twice, now)); diff != "" {
			t.Fatalf("a fact that came twice: %s", diff)
		}
	})
}

// What a stopped clock says is said for good; what a running one promises
// holds until something happens.
func TestTimeAloneChangesNoVerdict(t *testing.T) {
	c := anyContract(t)
	rapid.Check(t, func(t *rapid.T) {
		facts := anyStory(t)
		last := slices.MaxFunc(facts, func(a, b Fact) int { return a.At.Compare(b.At) }).At
		before := Compute(c, facts, last)
		after := Compute(c, facts, last.Add(time.Duration(rapid.Int64Range(0, int64(500*time.Hour)).Draw(t, "later"))))
		if len(before) != len(after) {
			t.Fatalf("%d clocks became %d", len(before), len(after))
		}
		for i, b := range before {
			a := after[i]
			if !b.Open() && !cmp.Equal(a, b) {
				t.Fatalf("a stopped clock changed: %s", cmp.Diff(b, a))
			}
			if b.State == Running && (!a.Due.Equal(b.Due) || !cmp.Equal(a.Warnings, b.Warnings)) {
				t.Fatalf("a running clock's marks moved: %s", cmp.Diff(b, a))
			}
			if b.State == Paused && (a.State != Paused || a.Elapsed != b.Elapsed) {
				t.Fatalf("a paused clock went on: %s", cmp.Diff(b, a))
			}
		}
	})
}

// Another severity is another promise only where it promises something else.
func TestASeverityThatPromisesTheSameChangesNothing(t *testing.T) {
	m := calM(t)
	c := contract(m, 60, 120, 480, warning(0.5), also(Update, 90), also(Workaround, 200, onceConfirmed))
	rapid.Check(t, func(t *rapid.T) {
		facts, now := anyStory(t), anyPresent(t)
		kept := slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return f.Kind == SeverityIs })
		if diff := cmp.Diff(Explain(c, kept, now), Explain(c, facts, now), readLines); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Each clock agrees with itself: what has elapsed with its due instant, and
// its marks with its calendar.
func TestClocksAgree(t *testing.T) {
	c := anyContract(t)
	rapid.Check(t, func(t *rapid.T) {
		now := anyPresent(t)
		for _, clock := range Compute(c, anyStory(t), now) {
			end := clock.Stopped
			if clock.Open() {
				end = now
			}
			late := end.After(clock.Due)
			if over := clock.Elapsed > clock.Target; over && !late || late && clock.Elapsed < clock.Target {
				t.Fatalf("%v elapsed of %v, due %v, at %v", clock.Elapsed, clock.Target, clock.Due, end)
			}
			if clock.State != CancelledOff && (clock.State == Breached || clock.State == Excused) != late {
				t.Fatalf("%s, due %v, at %v", clock.State, clock.Due, end)
			}
			marks := append(slices.Clone(clock.Warnings), clock.Due)
			if !slices.IsSortedFunc(marks, time.Time.Compare) {
				t.Fatalf("marks out of order: %v", marks)
			}
			calendars := c.Terms[0].Levels
			for _, at := range marks {
				if !slices.ContainsFunc(Severities, func(s Severity) bool {
					return calendars[s].Calendar.OpenAt(at) || calendars[s].Calendar.OpenAt(at.Add(-1))
				}) {
					t.Fatalf("a mark in the night: %v", at)
				}
			}
		}
	})
}

// What is explained is what is computed, and the lines, which follow each other
// from the origin on, add up to what has elapsed.
func TestExplanationsAddUp(t *testing.T) {
	contracts := append(changingContracts(t), anyContract(t), confirmedFirst(t), confirmedLater(t))
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(contracts).Draw(t, "contract")
		facts, now := anyStory(t, contracts...), anyPresent(t)
		explained := Explain(c, facts, now)
		var clocks []Clock
		for _, e := range explained {
			clocks = append(clocks, *e.Clock)
			checkLines(t, e, now)
		}
		if diff := cmp.Diff(Compute(c, facts, now), clocks, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("explained, it is another: %s", diff)
		}
		for _, e := range ExplainTeam(c, "payments", facts, now) {
			checkLines(t, e, now)
		}
	})
}

// In whatever years, those before and after the ones that calendars answer for among
// them, the lines of a time add up to it.
func TestLinesAddUpInAnyYear(t *testing.T) {
	calendars := []*Calendar{always(t, "UTC"), calM(t), calNY(t), calW(t), calG(t)}
	rapid.Check(t, func(t *rapid.T) {
		c := calendars[rapid.IntRange(0, len(calendars)-1).Draw(t, "calendar")]
		year := rapid.SampledFrom([]int{-1, 0, 1, 1969, 1970, 2026, 2169, 2170, 9998, 9999, 10_000}).Draw(t, "year")
		within := func(most time.Duration, name string) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(most)).Draw(t, name))
		}
		from := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Add(within(300*24*time.Hour, "from"))
		to := from.Add(within(500*24*time.Hour, "to"))
		at, sum := from, time.Duration(0)
		without := c.Without(Interval{from.Add(time.Hour), from.Add(within(100*time.Hour, "pause"))})
		for l := range without.Lines(from, to) {
			if !l.From.Equal(at) || !l.From.Before(l.To) {
				t.Fatalf("a line of %v to %v after %v", l.From, l.To, at)
			}
			at, sum = l.To, sum+l.Amount()
		}
		if want := without.Between(from, to); sum != want || !at.Equal(to) {
			t.Fatalf("the lines are %v until %v, want %v until %v", sum, at, want, to)
		}
	})
}

func checkLines(t *rapid.T, e Explanation, now time.Time) {
	var sum time.Duration
	at := e.Origin
	for l := range e.Lines() {
		if !l.From.Equal(at) || !l.From.Before(l.To) {
			t.Fatalf("%s #%d: a line of %v to %v after %v", e.Name, e.Cycle, l.From, l.To, at)
		}
		if most := l.To.Sub(l.From); l.Kind == Counted && l.Amount() > most || l.Kind != Counted && l.Amount() != 0 {
			t.Fatalf("%s #%d: %v counted within %v (%s)", e.Name, e.Cycle, l.Amount(), most, l.Kind)
		}
		at, sum = l.To, sum+l.Amount()
	}
	end := e.Stopped
	if e.Open() {
		end = now
	}
	if sum != e.Elapsed || !at.Equal(end) {
		t.Fatalf("%s #%d: the lines are %v until %v, elapsed are %v until %v", e.Name, e.Cycle, sum, at, e.Elapsed, end)
	}
}

// Where the terms change, each minute is counted by those in force then.
func TestChangingTermsAgainstTicks(t *testing.T) {
	m, utc, ny := calM(t), always(t, "UTC"), calNY(t)
	first, second := storyStart.Add(70*time.Hour), storyStart.Add(170*time.Hour)
	c := contract(m, 0, 0, 480,
		from(first, contract(utc, 0, 0, 600, pausing(Customer), pausing(ThirdParty, Resolution)), Piecewise),
		from(second, contract(ny, 0, 0, 900), Piecewise))
	rapid.Check(t, func(t *rapid.T) {
		facts, now := anyStory(t), anyPresent(t).Truncate(time.Minute)
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.Kind == Cancelled })
		slices.SortStableFunc(facts, func(a, b Fact) int { return compareFacts(&a, &b) })
		if facts[slices.IndexFunc(facts, func(f Fact) bool { return f.Kind == Reported })].At.After(now) {
			return // nothing was reported yet
		}
		start := facts[slices.IndexFunc(facts, func(f Fact) bool { return f.Kind == Reported || f.Kind == CustomerWrote })].At
		elapsed, waiting, solved := 0, WaitingOn(""), false
		for at, i := start, 0; ; at = at.Add(time.Minute) {
			for ; i < len(facts) && !facts[i].At.After(at); i++ {
				if f := facts[i]; !f.At.Before(start) {
					waiting, solved = tick(f, waiting, solved)
				}
			}
			if !at.Before(now) {
				break
			}
			terms := c.At(at)
			if terms.Levels[High].Calendar.OpenAt(at) && !terms.Stops(waiting, Resolution) && !solved {
				elapsed++
			}
		}
		clocks := Compute(c, facts, now)
		if got := clocks[len(clocks)-1].Elapsed; got != minutes(float64(elapsed)) {
			t.Fatalf("counted %v, ticked %d minutes", got, elapsed)
		}
	})
}

// A clock that is read off minute by minute says the same.
func TestResolutionAgainstTicks(t *testing.T) {
	m := calM(t)
	c := contract(m, 0, 0, 480)
	rapid.Check(t, func(t *rapid.T) {
		facts := anyStory(t)
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.Kind == Cancelled })
		slices.SortStableFunc(facts, func(a, b Fact) int { return compareFacts(&a, &b) })
		start := facts[slices.IndexFunc(facts, func(f Fact) bool { return f.Kind == Reported || f.Kind == CustomerWrote })].At
		now := anyPresent(t).Truncate(time.Minute)
		if facts[slices.IndexFunc(facts, func(f Fact) bool { return f.Kind == Reported })].At.After(now) {
			return // nothing was reported yet
		}
		elapsed, waiting, solved := 0, WaitingOn(""), false
		for at, i := start, 0; ; at = at.Add(time.Minute) {
			for ; i < len(facts) && !facts[i].At.After(at); i++ {
				if f := facts[i]; !f.At.Before(start) {
					waiting, solved = tick(f, waiting, solved)
				}
			}
			if !at.Before(now) {
				break
			}
			if m.OpenAt(at) && waiting != Customer && !solved {
				elapsed++
			}
		}
		clocks := Compute(c, facts, now)
		if got := clocks[len(clocks)-1].Elapsed; got != minutes(float64(elapsed)) {
			t.Fatalf("counted %v, ticked %d minutes", got, elapsed)
		}
	})
}

// tick is the life of an incident as its states alone tell it.
func tick(f Fact, waiting WaitingOn, solved bool) (WaitingOn, bool) {
	switch {
	case f.Kind == Reopened:
		return waiting, false
	case f.Kind == Resolved:
		return "", true
	case f.Kind == Waiting && !solved:
		return f.On, solved
	case f.Kind == Resumed, (f.Kind == CustomerWrote || f.Kind == Reported) && waiting == Customer:
		return "", solved
	}
	return waiting, solved
}

// readLines compares explanations by the lines that they tell.
var readLines = cmp.Transformer("read", func(e Explanation) any {
	return struct {
		Clock *Clock
		Other *Alternative
		Lines []Line
	}{e.Clock, e.Other, slices.Collect(e.Lines())}
})

// What is known to change is foreseen: a clock that runs is broken after the instant
// at which it is said to be due, and not before it, unless something happens.
func TestWhatIsToChangeIsForeseen(t *testing.T) {
	contracts := append(changingContracts(t), anyContract(t), confirmedFirst(t))
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(contracts).Draw(t, "contract")
		facts := anyStory(t, contracts...)
		now := facts[0].At.Add(time.Duration(rapid.IntRange(0, 8*24*60).Draw(t, "now")) * time.Minute)
		if rapid.Bool().Draw(t, "confirmed") {
			facts = append(facts, Fact{At: now.Add(-time.Duration(rapid.IntRange(0, 600).Draw(t, "since")) * time.Minute), Kind: Confirmed})
		}
		facts = slices.DeleteFunc(facts, func(f Fact) bool { return f.At.After(now) })
		for _, is := range Compute(c, facts, now) {
			if is.State != Running || !is.Due.Before(Never) {
				continue
			}
			at := func(at time.Time) (Clock, bool) {
				clocks := Compute(c, facts, at)
				i := slices.IndexFunc(clocks, func(c Clock) bool { return c.Name == is.Name && c.Cycle == is.Cycle })
				if i < 0 || clocks[i].State == CancelledOff || clocks[i].State == Paused {
					return Clock{}, false // nothing is promised by then, or a wait that is none yet stops it
				}
				return clocks[i], true
			}
			if before := is.Due.Add(-time.Nanosecond); before.After(now) {
				if was, ok := at(before); ok && (was.State == Breached || was.State == Excused) {
					t.Fatalf("%s #%d: due %v, and broken before it, as due %v", is.Name, is.Cycle, is.Due, was.Due)
				}
			}
			if will, ok := at(is.Due.Add(time.Nanosecond)); ok && (will.State != Breached && will.State != Excused || !will.Due.Equal(is.Due)) {
				t.Fatalf("%s #%d: due %v, and %s after it, due %v", is.Name, is.Cycle, is.Due, will.State, will.Due)
			}
		}
	})
}

// confirmedFirst is a contract whose clocks wait for a confirmation until a change
// from which on they are counted from the report, from the start.
func confirmedFirst(t testing.TB) *Contract {
	m := calM(t)
	c := contract(m, 60, 60, 0, named("confirmed first"), also(Resolution, 480, onceConfirmed), also(Workaround, 200, onceConfirmed))
	from(storyStart.Add(100*time.Hour), contract(m, 60, 60, 360, also(Workaround, 300)), Recompute)(c)
	return c
}

// confirmedLater is a contract whose clocks are counted from the report until a change
// from which on they wait for a confirmation, from the start.
func confirmedLater(t testing.TB) *Contract {
	m := calM(t)
	c := contract(m, 60, 60, 120, named("confirmed later"), also(Workaround, 30))
	from(storyStart.Add(100*time.Hour), contract(m, 60, 60, 0, also(Resolution, 360, onceConfirmed), also(Workaround, 300, onceConfirmed)), Recompute)(c)
	return c
}
