<#
.SYNOPSIS
Starts the weekly FINRA run, keeps its log, and tells someone when it did not end well.
.DESCRIPTION
The exit code is the command's own; 2 when another start is still going or the command could not be started.
Exit 1 mails data operations, anything else but 0 pages. Both are programs named by the environment and called as
<program> -s <subject> <address> with the message on their standard input. With none set, the log and the task's
last result are the only signs.
.NOTES
Settings, as environment variables of the machine: FINRA_WEEKLY_HOME, FINRA_WEEKLY_COMMAND, FINRA_WEEKLY_LOG_FILE,
FINRA_WEEKLY_MAIL_COMMAND, FINRA_WEEKLY_MAIL_TO, FINRA_WEEKLY_PAGE_COMMAND, FINRA_WEEKLY_PAGE_TO, and
MARKET_SPINE_<NAME> for every option of the command.
#>
[CmdletBinding()]
param(
    [Parameter(ValueFromRemainingArguments = $true)]
    [string[]] $CommandArguments = @()
)

Set-StrictMode -Version 3.0
# Windows PowerShell makes an error of each line a program writes to stderr; those lines are the log.
$ErrorActionPreference = 'Continue'

function Get-Setting {
    param([string] $Name, [string] $Default)
    $value = [Environment]::GetEnvironmentVariable($Name)
    if ([string]::IsNullOrEmpty($value)) { return $Default }
    return $value
}

$dataHome = Get-Setting 'FINRA_WEEKLY_HOME' (Join-Path $env:ProgramData 'MarketSpine')
$command = Get-Setting 'FINRA_WEEKLY_COMMAND' 'run-finra-weekly-schedule.cmd'
$logFile = Get-Setting 'FINRA_WEEKLY_LOG_FILE' (Join-Path $dataHome 'weekly_finra.log')
$env:MARKET_SPINE_DB = Get-Setting 'MARKET_SPINE_DB' (Join-Path $dataHome 'market_spine.db')
$env:MARKET_SPINE_DATA_DIR = Get-Setting 'MARKET_SPINE_DATA_DIR' (Join-Path $dataHome 'finra_otc')
# As a setting and not as an option, which would win over the environment. Named weeks exclude a lookback.
if ((Get-Setting 'MARKET_SPINE_WEEKS' '') -eq '') {
    $env:MARKET_SPINE_LOOKBACK_WEEKS = Get-Setting 'MARKET_SPINE_LOOKBACK_WEEKS' '8'
}

function Write-Log {
    param([Parameter(ValueFromPipeline = $true)] [string] $Line)
    process { Add-Content -LiteralPath $logFile -Value $Line -Encoding UTF8 }
}

function Write-Note {
    param([string] $Text)
    $time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    Write-Log "$time Invoke-FinraWeekly.ps1: $Text"
}

function Send-Message {
    param([string] $Kind, [string] $Subject, [string] $Body)
    $program = Get-Setting "FINRA_WEEKLY_${Kind}_COMMAND" ''
    $address = Get-Setting "FINRA_WEEKLY_${Kind}_TO" ''
    if ($program -eq '') { return $false }
    try {
        $Body | & $program -s $Subject $address 2>&1 | ForEach-Object { Write-Log "$_" }
        return ($LASTEXITCODE -eq 0)
    } catch {
        Write-Note "$program failed: $_"
        return $false
    }
}

function Send-Alert {
    param([int] $Code, [string] $What)
    $subject = "[market-spine] FINRA weekly run on $env:COMPUTERNAME`: exit $Code, $What"
    $tail = (Get-Content -LiteralPath $logFile -Tail 50 -Encoding UTF8) -join [Environment]::NewLine
    $body = "$What`n`nExit code: $Code`nDatabase: $env:MARKET_SPINE_DB`nLog: $logFile`n`nThe end of the log:`n$tail"
    # When the first of the two fails the other is tried, so that one broken gateway does not hide a failed run.
    $kinds = if ($Code -eq 1) { @('MAIL', 'PAGE') } else { @('PAGE', 'MAIL') }
    foreach ($kind in $kinds) {
        if (Send-Message -Kind $kind -Subject $subject -Body $body) {
            Write-Note "told by $kind"
            return
        }
    }
    Write-Note "nobody could be told of this: $subject"
}

foreach ($folder in @($dataHome, (Split-Path -Parent $logFile))) {
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
}

$mutex = New-Object System.Threading.Mutex($false, 'Global\run-finra-weekly-schedule')
try {
    $held = $mutex.WaitOne(0)
} catch [System.Threading.AbandonedMutexException] {
    # The last holder died; the run itself takes over what it left.
    $held = $true
}
if (-not $held) {
    Write-Note 'another start is still going, nothing was run'
    Send-Alert -Code 2 -What 'another start is still going, nothing was run'
    exit 2
}

$code = 2
$what = 'critical: the command could not be started'
try {
    Write-Note "start: $command $CommandArguments"
    $global:LASTEXITCODE = 2
    & $command @CommandArguments 2>&1 | ForEach-Object { Write-Log "$_" }
    $code = $LASTEXITCODE
    $what = switch ($code) {
        0 { 'complete' }
        1 { 'partial failure: the run finished and at least one partition is not complete' }
        default { 'critical: the run could not do its job' }
    }
} catch {
    Write-Note "$command could not be started: $_"
} finally {
    $mutex.ReleaseMutex()
    $mutex.Dispose()
}
Write-Note "end, exit $code, $what"
if ($code -ne 0) { Send-Alert -Code $code -What $what }
exit $code
