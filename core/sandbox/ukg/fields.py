"""The documented fields of the two big tables, in UKG's order and UKG's spelling.

A name followed by `:date` is a date-time; everything else is text, a number or a flag.
Source: facts/ukg-pro-api, sections 3.1 (94 fields) and 3.2 (77 fields).
"""

_PERSON = """
    additionalName1 additionalName2 addressId addressIsOnTaxBoundary addressLatitude cobraExport
    cobraIsActive cobraReason cobraStatus cobraStatusDate:date communityBroadcastSmsCode
    consentElectronicW2 consentElectronicw2pr dateDeceased:date dateOfCobraEvent:date
    dateOfCobraExport:date dateOfCobraLetter:date dateOfI9Expiration:date datetimeChanged:date
    datetimeCreated:date disabilityType ethnicDescription formerName healthBloodType healthEyes
    healthHair healthHeightFeet healthHeightInches healthLastDonateDate:date healthWeight i9AlienNumber
    i9DocA i9DocB i9DocC i9Verified i9VisaType i9WorkAuth isDisabled isMultiPayGroup isSmoker
    militaryService militaryBranchServed militaryEra militaryIsDisabledVet militaryIsOthEligVet
    militaryIsOthEligVetBasis militaryIsActiveWartimeVet nameFormer previousSSN originCountry
    originLocation w2IsDeceased cobraNotes addressSms militarySeparationDate:date homePhoneIsPrivate
    smsApprovals smsPayNotification i9VisaExpirationDate:date militaryIsMedalVet lastNameNotSameAsSSCard
    chkCashingInstCode nationality1 nationality2 nationality3 personId employeeId companyId userName
    firstName middleName lastName preferredName namePrefixCode nameSufixCode emailAddress
    emailAddressAlternate homePhone homePhoneCountry addressLine1 addressLine2 addressCity addressState
    addressZipCode addressCountry addressCounty nationalId nationalIdCountry dateOfBirth:date gender
    ethnicIDCode maritalStatusCode ssn ssnIsSuppressed
"""

_EMPLOYMENT = """
    companyID companyCode companyName employeeID jobDescription payGroupDescription primaryJobCode
    orgLevel1Code orgLevel2Code orgLevel3Code orgLevel4Code originalHireDate:date lastHireDate:date
    fullTimeOrPartTimeCode primaryWorkLocationCode languageCode primaryProjectCode workPhoneNumber
    workPhoneExtension workPhoneCountry dateInJob:date dateLastWorked:date dateOfBenefitSeniority:date
    dateOfSeniority:date deductionGroupCode earningGroupCode employeeTypeCode employeeStatusCode
    employeeNumber jobChangeReasonCode jobTitle leaveReasonCode supervisorID supervisorFirstName
    supervisorLastName autoAllocate clockCode dateLastPayDatePaid:date dateOfEarlyRetirement:date
    dateOfLocalUnion:date dateOfNationalUnion:date dateOfRetirement:date dateOfSuspension:date
    dateOfTermination:date datePaidThru:date statusStartDate:date hireSource isAutoAllocated isAutopaid
    isMultipleJob jobGroupCode mailstop okToRehire payGroup payPeriod plannedLeaveReason positionCode
    salaryOrHourly scheduledAnnualHrs scheduledFTE scheduledWorkHrs shift shiftGroup termReason
    terminationReasonDescription termType timeclockID unionLocal unionNational weeklyHours
    dateTimeCreated:date dateTimeChanged:date supervisorEmployeeNumber supervisorCOID
    supervisorCompanyCode companyGLSegment locationGLSegment
"""


def _names(text: str) -> tuple[str, ...]:
    return tuple(word.partition(":")[0] for word in text.split())


def _dates(text: str) -> frozenset[str]:
    return frozenset(word.partition(":")[0] for word in text.split() if word.endswith(":date"))


PERSON_FIELDS = _names(_PERSON)
EMPLOYMENT_FIELDS = _names(_EMPLOYMENT)
DATE_FIELDS = _dates(_PERSON) | _dates(_EMPLOYMENT)
SUPERVISOR_FIELDS = _names(
    """
    employeeID companyID employeeNumber supervisorEmployeeID supervisorFirstName supervisorLastName
    supervisorEmployeeNumber supervisorCompanyID supervisorCompanyCode supervisorStatusCode
    supervisorJobCode supervisorPositionCode supervisorEmail supervisorWorkPhone supervisorPersonId
    """
)
