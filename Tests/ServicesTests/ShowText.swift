/// What systemctl of systemd 252 (Debian 12) printed for `shownUnits`, byte for byte; where unit
/// files and drop-ins lie was added by hand, in its order.
let shownText = """
    RestartUSec=1min 30s
    MainPID=118
    Result=success
    NRestarts=0
    ExecMainStatus=0
    Id=v6-cap-run.service
    Names=v6-cap-run.service
    LoadState=loaded
    ActiveState=active
    SubState=running
    FragmentPath=/etc/systemd/system/v6-cap-run.service
    DropInPaths=/run/systemd/system/service.d/1.conf /etc/systemd/system/v6-.service.d/2.conf
    UnitFileState=enabled
    InactiveExitTimestampMonotonic=1679052821
    NeedDaemonReload=no
    InvocationID=b555eedfdb26471d9d99ad77d6ca37f9

    RestartUSec=100ms
    MainPID=0
    Result=success
    NRestarts=0
    ExecMainStatus=0
    Id=v6-cap-none.service
    Names=v6-cap-none.service
    LoadState=not-found
    ActiveState=inactive
    SubState=dead
    FragmentPath=
    DropInPaths=
    UnitFileState=
    InactiveExitTimestampMonotonic=0
    NeedDaemonReload=no
    InvocationID=

    Result=success
    Id=v6-cap-tick.timer
    Names=v6-cap-tick.timer
    LoadState=loaded
    ActiveState=active
    SubState=waiting
    FragmentPath=/etc/systemd/system/v6-cap-tick.timer
    DropInPaths=
    UnitFileState=enabled
    InactiveExitTimestampMonotonic=1679055497
    NeedDaemonReload=no
    InvocationID=71b575a91a584d7286df0caa5424293e

    RestartUSec=100ms
    MainPID=0
    Result=exit-code
    NRestarts=5
    ExecMainStatus=3
    Id=v6-cap-fail.service
    Names=v6-cap-fail.service
    LoadState=loaded
    ActiveState=failed
    SubState=failed
    FragmentPath=/etc/systemd/system/v6-cap-fail.service
    DropInPaths=
    UnitFileState=static
    InactiveExitTimestampMonotonic=1826507266
    NeedDaemonReload=no
    InvocationID=802180c03db84a38b35600c7d49ad910

    RestartUSec=infinity
    MainPID=0
    Result=success
    NRestarts=0
    ExecMainStatus=0
    Id=v6-cap-inf.service
    Names=v6-cap-inf.service v6-cap-alias.service
    LoadState=loaded
    ActiveState=inactive
    SubState=dead
    FragmentPath=/etc/systemd/system/v6-cap-inf.service
    DropInPaths=
    UnitFileState=enabled
    InactiveExitTimestampMonotonic=0
    NeedDaemonReload=no
    InvocationID=

    RestartUSec=100ms
    MainPID=0
    Result=success
    NRestarts=0
    ExecMainStatus=0
    Id=v6-cap-remain.service
    Names=v6-cap-remain.service
    LoadState=loaded
    ActiveState=active
    SubState=exited
    FragmentPath=/etc/systemd/system/v6-cap-remain.service
    DropInPaths=
    UnitFileState=static
    InactiveExitTimestampMonotonic=1824181925
    NeedDaemonReload=no
    InvocationID=ef9e05f7d70d43edac3853b6757c5245

    RestartUSec=1ms
    MainPID=0
    Result=start-limit-hit
    NRestarts=5
    ExecMainStatus=0
    Id=v6-cap-loop.service
    Names=v6-cap-loop.service
    LoadState=loaded
    ActiveState=failed
    SubState=failed
    FragmentPath=/etc/systemd/system/v6-cap-loop.service
    DropInPaths=
    UnitFileState=static
    InactiveExitTimestampMonotonic=1824247083
    NeedDaemonReload=no
    InvocationID=aa3d8edc09cf416f988b7d529a11f483

    Id=multi-user.target
    Names=multi-user.target runlevel2.target runlevel3.target runlevel4.target
    LoadState=loaded
    ActiveState=active
    SubState=active
    FragmentPath=/lib/systemd/system/multi-user.target
    DropInPaths=
    UnitFileState=static
    InactiveExitTimestampMonotonic=1626615342
    NeedDaemonReload=no
    InvocationID=522abf8c67b94a42b6afc1c45195cfc9

    """

/// The names that were asked for: one is an alias, one has no file.
let shownUnits = [
    "v6-cap-run.service", "v6-cap-none.service", "v6-cap-tick.timer", "v6-cap-fail.service",
    "v6-cap-alias.service", "v6-cap-remain.service", "v6-cap-loop.service", "multi-user.target",
]
