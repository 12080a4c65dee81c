package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/sla"
)

// defaultWarning is the share of a target at which people are warned where
// the contract does not say.
const defaultWarning = 0.75

// maxWarnings is how many there may be of one commitment.
const maxWarnings = 20

// warnings are moments before a breach, those by share first and ascending,
// then those by the time that is left, the longest first.
type warnings struct {
	are []sla.Warning
	at  []value // where each is written
}

// warnings reads shares of a target, "75%" or "0.75", and times that are left
// of it, "30m".
func (v value) warnings() warnings {
	out := warnings{are: []sla.Warning{}}
	for _, item := range v.atMost(maxWarnings).items() {
		w, ok := item.warning()
		switch {
		case !ok:
		case slices.Contains(out.are, w):
			item.wrong(say(listedTwice, "text", quoted(item.node.Value)), say(keepOne))
		default:
			at, _ := slices.BinarySearchFunc(out.are, w, compareWarnings)
			out.are, out.at = slices.Insert(out.are, at, w), slices.Insert(out.at, at, item)
		}
	}
	return out
}

func compareWarnings(a, b sla.Warning) int {
	return cmp.Or(cmp.Compare(min(a.Left, 1), min(b.Left, 1)), cmp.Compare(a.Share, b.Share), cmp.Compare(b.Left, a.Left))
}

func (v value) warning() (sla.Warning, bool) {
	s, ok := v.plain()
	if !ok {
		return sla.Warning{}, false
	}
	if share, ok := parseShare(s); ok && share > 0 && share < 1 {
		return sla.Warning{Share: share}, true
	}
	if d, days, ok := parseDuration(s); ok && d > 0 && !days {
		return sla.Warning{Left: d}, true
	}
	instead := say(write, "example", "75%")
	if words := strings.Fields(s); len(words) == 2 { // "30m left"
		if d, days, ok := parseDuration(words[0]); ok && d > 0 && !days {
			instead = say(write, "example", words[0])
		}
	}
	v.wrong(say(notAShare, "text", quoted(s)), instead)
	return sla.Warning{}, false
}

// of is the warnings of one target; those that leave as much time as it has are
// reported.
func (w warnings) of(target time.Duration) []sla.Warning {
	for i, one := range w.are {
		if target > 0 && one.Left >= target {
			w.at[i].wrong(say(warningLong, "text", quoted(w.at[i].node.Value), "target", spelled(target)), say(writeWarning, "example", warningFor(target)))
		}
	}
	return w.are
}

// checkFits reports a commitment that none of the contract's warnings fits: it
// would be broken without a word.
func (w warnings) checkFits(at value, target time.Duration) {
	for _, one := range w.are {
		if one.Left < target {
			return
		}
	}
	if len(w.are) > 0 {
		first := w.at[0]
		first.wrong(say(warningLongHere, "text", quoted(first.node.Value), "commitment", at.path, "target", spelled(target)),
			say(writeWarningToo, "example", "75%", "target", spelled(target)))
	}
}

// warningFor is a quarter of the target, as one writes it.
func warningFor(target time.Duration) string {
	if d := (target / 4).Truncate(time.Minute); d > 0 {
		return "75%, " + spelled(d)
	}
	return "75%"
}

// parseShare reads "75%" or "0.75".
func parseShare(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	number, percent := strings.CutSuffix(s, "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		share /= 100
	}
	return share, err == nil
}

// spelled writes a duration as the document does: 1h30m, not 1h30m0s.
func spelled(d time.Duration) string {
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
