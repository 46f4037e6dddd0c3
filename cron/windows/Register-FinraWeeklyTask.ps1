<#
.SYNOPSIS
Registers the weekly FINRA run with the Task Scheduler. Run it once, as administrator; again to change it.
.DESCRIPTION
A weekly trigger follows the machine's own time zone. On a machine in New York's zone it is Monday 10:30; elsewhere
give the local hour yourself with -At, and mind the weeks in which only one of the two places has summer time.
.EXAMPLE
.\Register-FinraWeeklyTask.ps1 -WhatIf
.EXAMPLE
.\Register-FinraWeeklyTask.ps1 -At 16:30 -User 'CORP\svc-market-spine$'
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $TaskName = 'FINRA weekly run',
    [string] $At = '',
    # A group managed service account (its name ends in $) needs no stored password.
    [string] $User = 'NT AUTHORITY\LOCAL SERVICE',
    [string] $Script = (Join-Path $PSScriptRoot 'Invoke-FinraWeekly.ps1')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

if (-not (Test-Path -LiteralPath $Script)) { throw "No script at '$Script'. Give its path with -Script." }
if ($At -eq '') {
    $zone = [TimeZoneInfo]::Local.Id
    if ($zone -ne 'Eastern Standard Time') {
        throw "This machine's time zone is '$zone'. Give the local hour of New York's Monday 10:30 with -At."
    }
    $At = '10:30'
}

$action = New-ScheduledTaskAction -Execute 'powershell.exe' `
    -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$Script`""
$trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek Monday -At $At
# A Monday on which the machine was off is made up for; a second start while one is going is not made.
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew `
    -ExecutionTimeLimit (New-TimeSpan -Hours 6) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
$logonType = if ($User.EndsWith('$')) { 'Password' } else { 'ServiceAccount' }
$principal = New-ScheduledTaskPrincipal -UserId $User -LogonType $logonType -RunLevel Limited

if ($PSCmdlet.ShouldProcess("$TaskName, Monday $At, as $User", 'Register scheduled task')) {
    Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Settings $settings `
        -Principal $principal -Force | Out-Null
    Get-ScheduledTask -TaskName $TaskName | Get-ScheduledTaskInfo
}
