// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecovery} from "../../interfaces/IRecovery.sol";
import {House} from "../House.sol";
import {VM} from "../Vm.sol";

/// @notice A holder who may be a thief, guardians who may be hostile, strangers, and a plain model of what must come of it.
/// Who holds a subject, how money leaves it and what else moves it, each kind of subject says for itself.
abstract contract Recoveries is House {
    uint256 internal constant GUARDIANS = 5;
    uint256 internal constant PERIOD = 30 days;
    uint256 internal constant WINDOW = 14 days;

    IRecovery public target;
    uint256 public subject;

    // The model
    address public holder;
    address[] public chosen;
    uint256 private threshold;
    uint256 private delay;
    address public newHolder;
    uint256 public due;
    uint256 private notBefore;
    uint256 private nonce;
    uint256 private keys;
    address[] private guardians;
    mapping(address guardian => uint256) private keyOf;
    address[] internal formers;

    // What must never happen
    uint256 public startedWrongly;
    uint256 public vetoedWrongly;
    uint256 public finishedWrongly;
    uint256 public setWrongly;
    uint256 public paidWhileHeld;

    // What did happen
    uint256 public starts;
    uint256 public vetoes;
    uint256 public finishes;
    uint256 public lapses;
    uint256 public otherMoves;
    uint256 public takenOut;
    uint256 public heldBack;

    function _prepare(IRecovery target_, uint256 subject_, address holder_) internal {
        (target, subject, holder) = (target_, subject_, holder_);
        for (uint256 i = 0; i < GUARDIANS; ++i) {
            (address account, uint256 key) = person(string(abi.encodePacked("guardian ", bytes1(uint8(65 + i)))));
            keyOf[account] = key;
            uint256 place = guardians.length;
            guardians.push(account);
            for (; place != 0 && guardians[place - 1] > account; --place) {
                guardians[place] = guardians[place - 1];
            }
            guardians[place] = account;
        }
    }

    /// @dev Money goes from the subject to its holder, as far as it can; whether any arrived.
    function _takeOut(uint256 seed) internal virtual returns (bool arrived, bool waits);

    /// @dev Whoever may moves the subject without guardians; false where nobody can.
    function _moveOtherwise(address to) internal virtual returns (bool);

    /// @dev Whether guardians go when the subject is moved so.
    function _dropsGuardians() internal pure virtual returns (bool);

    function isRunning() public view returns (bool) {
        return due != 0 && VM.getBlockTimestamp() < due + WINDOW;
    }

    /// @dev Any part of the five; now and then nonsense, or no list at all.
    function setGuardians(uint256 who, uint256 enough, uint256 seconds_, bool stranger) external {
        address[] memory list = who % 16 == 0 ? new address[](0) : _part(who);
        enough = list.length == 0 ? 0 : enough % (list.length + 2);
        seconds_ = list.length == 0 ? 0 : bound(seconds_, 2 days, 31 days);
        bool may = !isRunning() && !stranger;
        if (list.length != 0) {
            may = may && enough != 0 && enough <= list.length && seconds_ >= 3 days && seconds_ <= 30 days;
        }
        VM.prank(stranger ? address(0xbad) : holder);
        try target.setGuardians(subject, list, enough, seconds_) {
            if (!may) setWrongly += 1;
            (chosen, threshold, delay) = (list, enough, seconds_);
        } catch {
            if (may) setWrongly += 1;
        }
    }

    /// @dev Some of the guardians sign for a new address; now and then one signs for another subject or an earlier nonce.
    function start(uint256 who, uint256 cheat, bool bringsItself) external {
        address to = _newKey();
        bytes[] memory signatures = new bytes[](chosen.length);
        uint256 signed;
        bool honest = cheat % 8 != 0;
        address sender = bringsItself && chosen.length != 0 ? chosen[who % chosen.length] : address(0xbad);
        for (uint256 i = 0; i < chosen.length; ++i) {
            if (chosen[i] == sender) {
                signed += 1;
                continue;
            }
            if ((who >> (8 + i)) % 4 == 0) continue;
            signatures[i] = _sign(chosen[i], to, honest);
            signed += 1;
            if (!honest) signed = 0;
        }
        bool may = !isRunning() && VM.getBlockTimestamp() >= notBefore && chosen.length != 0 && signed >= threshold && honest;
        VM.prank(sender);
        try target.startRecovery(subject, to, chosen, threshold, delay, type(uint256).max, signatures) {
            if (!may && signed < threshold) startedWrongly += 1;
            if (isRunning() || VM.getBlockTimestamp() < notBefore || chosen.length == 0) startedWrongly += 1;
            if (due != 0) lapses += 1;
            (newHolder, due, notBefore) = (to, VM.getBlockTimestamp() + delay, VM.getBlockTimestamp() + PERIOD);
            nonce += 1;
            starts += 1;
        } catch {
            if (may) startedWrongly += 1;
        }
    }

    function veto(uint256 who) external {
        VM.assume(who % 3 == 0);
        address by = who % 2 == 0 ? holder : newHolder;
        bool may = isRunning() && by == holder;
        VM.prank(by);
        try target.veto(subject) {
            if (!may) vetoedWrongly += 1;
            due = 0;
            vetoes += 1;
        } catch {
            if (may) vetoedWrongly += 1;
        }
    }

    /// @dev Anyone, too early, in time and too late.
    function finish(uint256 patience) external {
        if (patience % 2 == 0 && isRunning() && VM.getBlockTimestamp() < due) VM.warp(due);
        bool may = isRunning() && VM.getBlockTimestamp() >= due;
        try target.finishRecovery(subject) {
            if (!may) finishedWrongly += 1;
            _became(newHolder);
            finishes += 1;
        } catch {
            if (may) finishedWrongly += 1;
        }
    }

    function takeOut(uint256 seed) external {
        (bool arrived, bool waits) = _takeOut(seed);
        if (arrived && isRunning()) paidWhileHeld += 1;
        if (arrived) takenOut += 1;
        if (waits) heldBack += 1;
    }

    function moveOtherwise(uint256 seed) external {
        VM.assume(seed % 6 == 0);
        address to = _newKey();
        if (!_moveOtherwise(to)) return;
        _became(to);
        if (_dropsGuardians()) {
            delete chosen;
            (threshold, delay) = (0, 0);
        }
        otherMoves += 1;
    }

    function wait(uint256 time) external {
        pass(bound(time, 1 hours, 9 days));
    }

    function _became(address to) private {
        formers.push(holder);
        (holder, due) = (to, 0);
    }

    function _newKey() private returns (address) {
        return VM.addr(0xdad0 + keys++);
    }

    function _sign(address guardian, address to, bool honest) private view returns (bytes memory) {
        bytes32 digest = target.recoveryDigest(subject, to, honest ? type(uint256).max : type(uint256).max - 1);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keyOf[guardian], digest);
        return abi.encodePacked(r, s, v);
    }

    function _part(uint256 who) private view returns (address[] memory list) {
        uint256 count;
        for (uint256 i = 0; i < GUARDIANS; ++i) {
            if ((who >> i) % 2 == 1) count += 1;
        }
        list = new address[](count);
        count = 0;
        for (uint256 i = 0; i < GUARDIANS; ++i) {
            if ((who >> i) % 2 == 1) list[count++] = guardians[i];
        }
    }
}
