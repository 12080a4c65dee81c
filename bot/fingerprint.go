package bot

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"sort"
	"strconv"
	"time"

	"sereno/bot/sla"
)

// fingerprint tells facts apart: at each instant, how many there are up to it,
// and the sum of their hashes, which is the same in any order.
type fingerprint []point

type point struct {
	at  int64 // microseconds
	sum uint64
}

// tell takes the fingerprint of what moves a customer's clocks. Excuses are not
// in it, for they are agreed upon afterwards, nor is which team has it.
func tell(facts []sla.Fact) fingerprint {
	out := make(fingerprint, 0, len(facts))
	h, line := fnv.New64a(), make([]byte, 0, 64)
	for _, f := range facts {
		switch f.Kind {
		case sla.ExcuseGiven, sla.ExcuseWithdrawn, sla.TeamIs:
			continue
		}
		at := f.At.UnixMicro()
		line = strconv.AppendInt(line[:0], at, 10)
		for _, word := range []string{string(f.Kind), string(f.Severity), string(f.On)} {
			line = append(append(line, '|'), word...)
		}
		line = append(line, f.Request...)
		h.Reset()
		h.Write(line) // never fails
		out = append(out, point{at, h.Sum64()})
	}
	slices.SortFunc(out, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	for i := 1; i < len(out); i++ {
		out[i].sum += out[i-1].sum
	}
	return out
}

// until is that of the facts up to the instant.
func (f fingerprint) until(end time.Time) string {
	micro := end.UnixMicro()
	n := sort.Search(len(f), func(i int) bool { return f[i].at > micro })
	if n == 0 {
		return "0:0"
	}
	return fmt.Sprintf("%d:%x", n, f[n-1].sum)
}
