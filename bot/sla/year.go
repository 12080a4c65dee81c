package sla

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"sereno/bot/civil"
)

const (
	minutesPerDay = civil.MinutesPerDay
	secondsPerDay = minutesPerDay * 60
)

// window is a time during which a calendar is open: seconds since 1970, start
// included, end not.
type window struct {
	start, end int64
	before     int64 // open seconds of the year before start
}

// year holds the opening times of one year of UTC, in order, apart from each
// other and cut at the year's bounds. The bounds are those of UTC, not the
// zone's, so that every instant lies in exactly one year whatever its clocks do.
type year struct {
	start, end int64 // the latter is not in it
	windows    []window
	total      int64 // open seconds
	// before[d] is how many windows begin before the year's day d, from 0.
	before [daysOfYear]int32
}

// daysOfYear are the most that there are.
const daysOfYear = 366

// yearStart is the first second of a year of UTC.
func yearStart(y int) int64 { return time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC).Unix() }

// yearStarts are those of the years whose layout is kept, and of the one after.
var yearStarts = func() (out [cachedYears + 1]int64) {
	for i := range out {
		out[i] = yearStart(firstCached + i)
	}
	return out
}()

// yearOf is the year of UTC in which the second lies.
func yearOf(sec int64) int {
	const mean = 31_556_952 // seconds of a year
	if sec < yearStarts[0] || sec >= yearStarts[cachedYears] {
		return time.Unix(sec, 0).UTC().Year()
	}
	i := int(sec / mean) // the right one, or the one next to it
	switch {
	case sec < yearStarts[i]:
		i--
	case sec >= yearStarts[i+1]:
		i++
	}
	return firstCached + i
}

// newYear lays out the opening times of a year. What two days both cover, at
// the edge of a season or where clocks were changed, counts once.
func newYear(versions []version, y int) *year {
	out := &year{start: yearStart(y), end: yearStart(y + 1)}
	for i := range versions {
		if v := &versions[i]; v.from < out.end && v.to > out.start {
			out.open(v.windows(y), max(v.from, out.start), min(v.to, out.end))
		}
	}
	for i := range out.windows {
		out.windows[i].before = out.total
		out.total += out.windows[i].end - out.windows[i].start
	}
	n := 0
	for d := range out.before {
		for n < len(out.windows) && out.windows[n].start < out.start+int64(d)*secondsPerDay {
			n++
		}
		out.before[d] = int32(n)
	}
	return out
}

// open adds windows, in order, as far as they lie within [from, to).
func (y *year) open(windows []window, from, to int64) {
	for _, w := range windows {
		w.start, w.end = max(w.start, from), min(w.end, to)
		if w.start >= w.end {
			continue
		}
		if n := len(y.windows); n > 0 && w.start <= y.windows[n-1].end {
			y.windows[n-1].end = max(y.windows[n-1].end, w.end)
		} else {
			y.windows = append(y.windows, w)
		}
	}
}

// windows are all that the hours open in a year and somewhat around it, in order.
func (h *hours) windows(y int) []window {
	// A zone is at most a day or so from UTC, and a span ends at most two days
	// after its day began.
	first, last := Date{Year: y - 1, Month: time.December, Day: 28}, Date{Year: y + 1, Month: time.January, Day: 3}
	offsets := civil.NewOffsets(h.Zone, time.Unix(yearStart(y), 0).AddDate(0, 0, -5), time.Unix(yearStart(y+1), 0).AddDate(0, 0, 5))
	var all []window
	for d := first; d.Compare(last) <= 0; d = d.AddDays(1) {
		spans := h.on(d)
		if len(spans) == 0 || offsets.Skipped(d) {
			continue
		}
		for _, s := range spans {
			w := window{start: offsets.Resolve(d, s.From).At.Unix(), end: offsets.Resolve(d, s.To).At.Unix()}
			if w.start < w.end { // a span within a gap can be nothing
				all = append(all, w)
			}
		}
	}
	slices.SortFunc(all, func(a, b window) int { return cmp.Compare(a.start, b.start) })
	return all
}

// begun is how many windows have begun at the second, which lies in the year.
func (y *year) begun(sec int64) int {
	n := int(y.before[(sec-y.start)/secondsPerDay])
	for n < len(y.windows) && y.windows[n].start <= sec {
		n++
	}
	return n
}

// from are the windows that end after the second.
func (y *year) from(sec int64) []window {
	n := y.begun(sec)
	if n > 0 && y.windows[n-1].end > sec {
		n--
	}
	return y.windows[n:]
}

// used is the open time of the year before the instant, which lies in it, and how
// many of its windows have begun then.
func (y *year) used(t time.Time) (time.Duration, int) {
	sec := t.Unix()
	n := y.begun(sec)
	if n == 0 {
		return 0, 0
	}
	w := &y.windows[n-1]
	if sec >= w.end {
		return time.Duration(w.before+w.end-w.start) * time.Second, n
	}
	return time.Duration(w.before+sec-w.start)*time.Second + time.Duration(t.Nanosecond()), n
}

// firstAt is the earliest instant before which the year was open for d, which
// is more than nothing and at most the year's total: the end of a window
// rather than the start of the next. It is not before the n-th window, from 1.
func (y *year) firstAt(d time.Duration, n int) time.Time {
	const near = 8 // most targets end within few days
	need := int64((d + time.Second - 1) / time.Second)
	i := max(n-1, 0)
	for end := min(i+near, len(y.windows)-1); i < end; i++ {
		if y.windows[i+1].before >= need {
			return y.windows[i].at(d)
		}
	}
	i += sort.Search(len(y.windows)-i, func(k int) bool { return y.windows[i+k].before >= need }) - 1
	return y.windows[i].at(d)
}

// lastAt is the latest instant before which the year was open for d, which is
// not negative and less than the year's total: the start of a window rather
// than the end of the one before.
func (y *year) lastAt(d time.Duration) time.Time {
	i := sort.Search(len(y.windows), func(i int) bool { return time.Duration(y.windows[i].before)*time.Second > d }) - 1
	return y.windows[i].at(d)
}

// at is the instant of the window before which the year was open for d.
func (w window) at(d time.Duration) time.Time {
	return time.Unix(w.start, 0).UTC().Add(d - time.Duration(w.before)*time.Second)
}
