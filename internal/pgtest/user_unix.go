//go:build unix

package pgtest

import (
	"errors"
	"os"
	osuser "os/user"
	"strconv"
	"syscall"
)

// user is who the server runs as; the zero value is who runs the tests.
type user struct{ uid, gid uint32 }

// owner chooses that and hands the folder over. PostgreSQL refuses to run as
// root, so root's tests run it as postgres, or as nobody where there is none.
func owner(dir string) (user, error) {
	if os.Geteuid() != 0 {
		return user{}, nil
	}
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := osuser.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return user{}, err
		}
		return user{uint32(uid), uint32(gid)}, os.Chown(dir, int(uid), int(gid))
	}
	return user{}, errors.Join(errs...)
}

// attributes start a process as that user, apart from the terminal's signals:
// what stops the server is the end of the tests.
func (u user) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if u.uid != 0 {
		a.Credential = &syscall.Credential{Uid: u.uid, Gid: u.gid}
	}
	return a
}
