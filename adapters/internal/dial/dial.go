// Package dial tells calls that surely never left this machine from doubtful ones.
package dial

import (
	"errors"
	"net"
)

// Failed reports whether no connection could be made for the call, so that the
// platform cannot have got it.
func Failed(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	var dns *net.DNSError
	return errors.As(err, &dns)
}
